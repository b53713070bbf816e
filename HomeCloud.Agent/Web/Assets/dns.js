import { $, h, api, banner, clock } from './app.js';
import { stacked, columns } from './plot.js';

const number = new Intl.NumberFormat([], { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat([], { notation: 'compact', maximumFractionDigits: 1 });
let filter = '';
let pointed = null;

const told = second => `${clock(second.at * 1000)}: ${second.atOnce} at once, ${second.forwarded} forwarded, ${second.failed} failed`;

function tile(value, text) {
  return h('div', { class: 'tile' }, h('b', {}, value), h('span', {}, text));
}

function percentile(classes, part) {
  const total = classes.reduce((sum, c) => sum + c.count, 0);
  let seen = 0;
  for (const c of classes) {
    seen += c.count;
    if (total && seen >= total * part) return c.belowMilliseconds;
  }
  return null;
}

/** Drawn as wide as it is shown, so that its text keeps its size on a phone. */
const room = (id, usual) => $(id).clientWidth || usual;

function draw(stats) {
  const seconds = stats.seconds;
  const recent = seconds.slice(-10);
  const rate = recent.reduce((sum, s) => sum + s.atOnce + s.forwarded + s.failed, 0) / Math.max(1, recent.length);
  const p95 = percentile(stats.latency, .95);
  $('tiles').replaceChildren(
    tile(number.format(rate), 'queries per second'),
    tile(stats.queries ? `${Math.round(100 * stats.answeredAtOnce / stats.queries)} %` : '–', 'answered at once'),
    tile(stats.fromCache + stats.forwarded ? `${Math.round(100 * stats.fromCache / (stats.fromCache + stats.forwarded))} %` : '–', 'cache hits'),
    tile(p95 === null ? '–' : `${p95 < 10000 ? number.format(p95) : '> 2000'} ms`, 'upstream, 95\u00a0%\u00a0within'),
    tile(compact.format(stats.queries), 'queries in total'),
    tile(number.format(stats.failed), 'failed'));
  // While somebody reads a value, the chart stands still.
  if (pointed === null) {
    $('flow').replaceChildren(stacked([seconds.map(s => s.atOnce), seconds.map(s => s.forwarded)], {
      label: `Queries per second over the last five minutes, now ${number.format(rate)}`, left: '5 min ago', width: room('flow', 960), unit: 'queries/s',
      strip: { values: seconds.map(s => s.failed), text: 'failed' },
      tell(index) {
        pointed = index;
        $('flow-value').textContent = index === null ? '' : told(seconds[index]);
      },
    }));
  }
  $('latency').replaceChildren(columns(stats.latency.map(c => ({ text: c.belowMilliseconds > 2000 ? '2 s+' : c.belowMilliseconds >= 1000 ? `${c.belowMilliseconds / 1000} s` : `${c.belowMilliseconds}`, value: c.count })),
    { label: 'Forwarded queries by response time in milliseconds', width: room('latency', 460) }));
  bars('top-names', stats.topNames);
  bars('top-clients', stats.topClients);
  $('upstreams').replaceChildren(...stats.upstreams.map(u => h('li', {},
    h('span', { class: `dot ${u.healthy ? 'running' : 'stopped'}`, role: 'img', 'aria-label': u.healthy ? 'up' : 'down' }), h('span', {}, u.address),
    h('b', {}, u.latencyMilliseconds === undefined ? '' : `${number.format(u.latencyMilliseconds)} ms`), h('small', {}, u.detail))));
}

function bars(id, items) {
  const top = items[0]?.count ?? 1;
  $(id).replaceChildren(...items.map(item => {
    const bar = h('i');
    bar.style.width = `${100 * item.count / top}%`;
    return h('li', {}, bar, h('span', {}, item.name), h('b', {}, number.format(item.count)));
  }));
  if (!items.length) $(id).replaceChildren(h('li', { class: 'help' }, 'Nothing yet.'));
}

async function statistics() {
  if (document.hidden) return;
  try {
    const stats = await api('GET', '/dns/statistics');
    banner('');
    $('elsewhere').hidden = stats !== null;
    $('dns').hidden = stats === null;
    if (stats) draw(stats);
  } catch (problem) {
    banner(problem.message);
  }
}

async function queries() {
  if (document.hidden || $('dns').hidden) return;
  const all = await api('GET', `/dns/queries?limit=100&filter=${encodeURIComponent(filter)}`).catch(() => []);
  $('queries').replaceChildren(...all.map(q => h('tr', {},
    h('td', {}, clock(q.at)), h('td', {}, q.client), h('td', {}, q.name), h('td', {}, q.type), h('td', {}, q.answer),
    h('td', {}, q.source === 'forwarded' ? `upstream, ${number.format(q.milliseconds)} ms` : q.source))));
}

$('query-filter').addEventListener('input', event => {
  filter = event.target.value.trim();
  queries();
});

// One after the other, each only when the last has been answered.
async function every(milliseconds, action) {
  await action();
  setTimeout(() => every(milliseconds, action), milliseconds);
}
every(1000, statistics);
every(2000, queries);
