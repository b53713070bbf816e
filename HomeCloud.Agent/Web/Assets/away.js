// Says that the home is away instead of the browser's own error page. Nothing else is kept: what the page shows is live or not shown.
const kept = ['/assets/away.html', '/assets/app.css', '/assets/theme.js', '/assets/retry.js', '/assets/icon.svg'];
const store = 'away-1';

addEventListener('install', event => event.waitUntil(caches.open(store).then(cache => cache.addAll(kept)).then(() => skipWaiting())));
addEventListener('activate', event => event.waitUntil(
  caches.keys().then(names => Promise.all(names.filter(name => name !== store).map(name => caches.delete(name)))).then(() => clients.claim())));

addEventListener('fetch', event => {
  if (event.request.mode === 'navigate') {
    event.respondWith(fetch(event.request).catch(() => caches.match(kept[0])));
  } else if (kept.includes(new URL(event.request.url).pathname)) {
    event.respondWith(fetch(event.request).then(async answer => {
      if (answer.ok) (await caches.open(store)).put(event.request, answer.clone());
      return answer;
    }).catch(() => caches.match(event.request)));
  }
});
