// The table of single queries: searched, narrowed to a device, gone through to older ones.
import { $, h, api, clock, when, t, locale } from './app.js';
import { blocking } from './blocking.js';
import { dnsServers } from './dns-servers.js';

const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const page = 100;
const sources = { 'our zones': t('our zones'), cache: t('cache'), blocked: t('blocked') };
const search = { filter: '', client: '', answer: '', source: '' };
let shown = [];
let isOlder = false;
let turn = 0;

const time = at => new Date(at).toDateString() === new Date().toDateString() ? clock(at) : when(at);

function row(query) {
  return h('tr', {},
    h('td', {}, h('time', { datetime: query.at }, time(query.at))),
    h('td', {}, query.client === '-' ? '–' : h('button', { type: 'button', class: 'link', title: t('Show queries of this device only'), onclick: () => queries.find({ client: query.client }) }, query.device ?? query.client)),
    h('td', {}, query.name), h('td', {}, query.type), h('td', { class: query.answer === 'NOERROR' || query.answer === 'NXDOMAIN' ? '' : 'wrong' }, query.answer),
    h('td', {}, query.source === 'forwarded' ? t('upstream, {0} ms', number.format(query.milliseconds)) : sources[query.source] ?? query.source, query.server && h('small', {}, ` ${query.server}`)),
    h('td', {}, blocking.button(query)));
}

const draw = () => $('queries').replaceChildren(...shown.map(row));

async function ask(before) {
  const mine = ++turn;
  const words = new URLSearchParams({ limit: page });
  for (const [key, value] of Object.entries(search)) if (value) words.set(key, value);
  if (before) words.set('before', before);
  if (dnsServers.chosen) words.set('server', dnsServers.chosen);
  const found = await api('GET', `/dns/queries?${words}`).catch(() => null);
  if (mine !== turn || found === null) return;
  shown = before ? [...shown, ...found] : found;
  isOlder = Boolean(before);
  draw();
  $('older').hidden = found.length < page;
  $('no-queries').hidden = shown.length > 0;
  $('no-queries').textContent = Object.values(search).some(Boolean) ? t('No query matches.') : t('No queries yet.');
}

function only() {
  const chip = $('only-client');
  chip.hidden = !search.client;
  chip.textContent = `${search.client} ×`;
  chip.setAttribute('aria-label', t('Show all devices, not only {0}', search.client));
}

export const queries = {
  /** Narrows to what is given, and shows it. */
  find(what) {
    Object.assign(search, { filter: '', client: '', answer: '', source: '' }, what);
    $('query-filter').value = search.filter;
    $('query-answer').value = search.answer;
    $('query-source').value = search.source;
    only();
    ask();
    $('queries-title').scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  },

  /** The newest, of another DNS server. */
  again: () => ask(),

  /** What is kept, in words. */
  kept({ kept, queryHours, leftOut }) {
    const hours = queryHours % 24 || queryHours === 24 ? t('{0} hours', queryHours) : t('{0} days', queryHours / 24);
    const all = [kept === 'anonymous' ? t('Kept for {0}, without clients.', hours) : t('Kept for {0}.', hours)];
    if (leftOut) all.push(t('{0} came too fast to be kept one by one.', number.format(leftOut)));
    $('kept').textContent = queryHours ? all.join(' ') : t('Queries are not kept (--dns-history figures); these are of the last minutes.');
  },
};

// Older ones that were asked for stay: only what can be done about them has changed.
blocking.onChange(() => isOlder ? draw() : ask());

let pause;
$('query-filter').addEventListener('input', event => {
  search.filter = event.target.value.trim();
  clearTimeout(pause);
  pause = setTimeout(ask, 200);
});
for (const field of ['answer', 'source']) {
  $(`query-${field}`).addEventListener('change', event => {
    search[field] = event.target.value;
    ask();
  });
}
$('only-client').addEventListener('click', () => {
  search.client = '';
  only();
  ask();
});
$('older').addEventListener('click', () => ask(shown.at(-1).at));

/** New ones come in while the newest are looked at, and nobody is about to press one. */
async function every() {
  if (!document.hidden && !isOlder && !$('dns').hidden && !$('queries').contains(document.activeElement)) await ask();
  setTimeout(every, 5000);
}
every();
