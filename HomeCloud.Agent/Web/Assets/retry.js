// On the page that says the home is away: looks for it, and then shows what was wanted.
const interval = 5000;
async function look() {
  const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
  if (answer?.ok) location.reload(); else setTimeout(look, interval);
}
setTimeout(look, interval);
addEventListener('online', () => location.reload());
