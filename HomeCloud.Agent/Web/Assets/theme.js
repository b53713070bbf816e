// Before the first paint, so it is no module: the theme that was chosen on the settings page. Without one the device decides.
(() => {
  const root = document.documentElement;
  const apply = () => {
    let theme = null;
    try { theme = localStorage.getItem('theme'); } catch { /* a browser that keeps nothing */ }
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme; else delete root.dataset.theme;
    dispatchEvent(new Event('theme'));
  };
  apply();
  addEventListener('storage', apply); // chosen in another tab
})();
