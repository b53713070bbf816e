// Says that the home is away instead of the browser's own error page. Nothing else is kept: what the page shows is live or not shown.
const away = '/assets/away.html';
const kept = [away, '/assets/app.css', '/assets/theme.js', '/assets/retry.js', '/assets/icon.svg'];
const store = 'away-2';

addEventListener('install', event => event.waitUntil(caches.open(store).then(cache => cache.addAll(kept)).then(() => skipWaiting())));
addEventListener('activate', event => event.waitUntil(
  caches.keys().then(names => Promise.all(names.filter(name => name !== store).map(name => caches.delete(name)))).then(() => clients.claim())));

/** It speaks the language of the pages: when that has changed, it is fetched anew. */
async function follow(page) {
  const language = page.headers.get('Content-Language');
  const cache = await caches.open(store);
  if (language && language !== (await cache.match(away, { ignoreVary: true }))?.headers.get('Content-Language')) await cache.add(away);
}

addEventListener('fetch', event => {
  if (event.request.mode === 'navigate') {
    const answer = fetch(event.request);
    event.respondWith(answer.catch(() => caches.match(away, { ignoreVary: true })));
    event.waitUntil(answer.then(follow).catch(() => null));
  } else if (kept.includes(new URL(event.request.url).pathname)) {
    event.respondWith(fetch(event.request).then(async answer => {
      if (answer.ok) (await caches.open(store)).put(event.request, answer.clone());
      return answer;
    }).catch(() => caches.match(event.request)));
  }
});
