import { $, h, api, banner, clock, when, t, told, locale } from './app.js';
import { blocked } from './blocked.js';
import { blocking } from './blocking.js';
import { columns } from './plot.js';
import { dnsServers } from './dns-servers.js';
import { flow } from './flow.js';
import { queries } from './queries.js';

const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const ranges = {
  live: { title: t('Queries per second over the last five minutes'), every: 1000 },
  hour: { title: t('Queries per minute over the last hour'), every: 10_000, failures: t('failed in a minute') },
  day: { title: t('Queries per minute over the last day'), every: 30_000, failures: t('failed in five minutes') },
  week: { title: t('Queries per minute over the last week'), every: 60_000, failures: t('failed in half an hour') },
};
const kinds = {
  local: { tone: 4, text: t('names of the home'), counted: n => t('{0} names of the home', n) }, cached: { tone: 1, text: t('cache'), counted: n => t('{0} cache', n) },
  forwarded: { tone: 2, text: t('forwarded'), counted: n => t('{0} forwarded', n) }, blocked: { tone: 5, text: t('blocked'), counted: n => t('{0} blocked', n) },
  atOnce: { tone: 1, text: t('answered at once'), counted: n => t('{0} answered at once', n) },
};
const wanted = new URLSearchParams(location.search).get('range');
let range = Object.hasOwn(ranges, wanted) ? wanted : 'hour';
let turn = 0;
let hasHistory = null;

const share = (part, whole) => whole ? `${Math.round(100 * part / whole)} %` : '–';
const milliseconds = value => value === null || value === undefined ? '–' : value < 10_000 ? `${number.format(value)} ms` : t('> {0} s', 2);

function percentile(classes, part) {
  const total = classes.reduce((sum, c) => sum + c.count, 0);
  let seen = 0;
  for (const c of classes) {
    seen += c.count;
    if (total && seen >= total * part) return c.belowMilliseconds;
  }
  return null;
}

/** One line about a step, or about a time without one. */
function tell(step, at, { step: seconds, series, per, now }) {
  const time = seconds >= 300 ? when(at * 1000) : clock(at * 1000);
  if (!step) return `${time}: ${at > now ? t('not yet') : t('no data')}`;
  const parts = [...series.map(({ key }) => kinds[key].counted(compact.format(step[key]))), t('{0} failed', compact.format(step.failed))];
  const total = series.reduce((sum, { key }) => sum + step[key], 0) + step.failed;
  const all = [total === 1 ? t('{0} query', 1) : t('{0} queries', compact.format(total))];
  if (per !== 1) all.push(t('{0}/min', number.format(total * per / Math.max(1, step.seconds))));
  return `${time}: ${all.join(t(', '))}: ${parts.join(t(', '))}${step.within ? t('; upstream {0}', milliseconds(step.within)) : ''}`;
}

const chart = flow($('flow'), { tell, show: text => { $('flow-value').textContent = text; } });

function legend(series) {
  $('legend').replaceChildren(...series.map(({ key }) => h('span', {}, h('span', { class: `key k${kinds[key].tone}` }), kinds[key].text)), h('span', {}, h('span', { class: 'key k3' }), t('failed')));
}

function tiles(...pairs) {
  $('tiles').replaceChildren(...pairs.map(([value, text]) => h('div', { class: 'tile' }, h('b', {}, value), h('span', {}, text))));
}

function latency(classes) {
  const text = bound => bound > 2000 ? '2 s+' : bound >= 1000 ? `${bound / 1000} s` : `${bound}`;
  $('latency').replaceChildren(columns(classes.map(c => ({ text: text(c.belowMilliseconds), value: c.count })), {
    label: t('Forwarded queries by response time in milliseconds'), width: $('latency').clientWidth || 460,
  }));
}

function drawLive(stats) {
  const now = stats.seconds.at(-1).at + 1;
  // Before the server's start there is nothing to show, but no more is known than that nothing was counted.
  const steps = stats.seconds.map(one => ({ ...one, seconds: 1 }));
  const recent = stats.seconds.slice(-10);
  const rate = recent.reduce((sum, one) => sum + one.atOnce + one.forwarded + one.failed, 0) / Math.max(1, recent.length);
  show(steps, { from: now - 300, to: now, now, step: 1, per: 1, unit: t('queries per second'), failures: t('failed in a second') }, ['atOnce', 'forwarded']);
  tiles(
    [number.format(rate), t('queries per second')],
    [share(stats.answeredAtOnce, stats.queries), t('answered at once')],
    [share(stats.fromCache, stats.fromCache + stats.forwarded), t('cache hits')],
    [milliseconds(percentile(stats.latency, .95)), t('upstream, 95\u00a0%\u00a0within')],
    [compact.format(stats.queries), t('queries since the start')],
    [compact.format(stats.failed), t('failed')]);
  latency(stats.latency);
  bars('top-names', stats.topNames, name => queries.find({ filter: name }));
  blocking.devices(stats.topClients);
  blocked.draw(null);
  bars('top-clients', stats.topClients, client => queries.find({ client }));
}

function drawKept(figures) {
  const answers = figures.local + figures.cached + figures.forwarded + figures.blocked + figures.failed;
  const to = figures.from + Math.ceil((figures.to + 1 - figures.from) / figures.stepSeconds) * figures.stepSeconds;
  show(figures.steps, { from: figures.from, to, now: figures.to, step: figures.stepSeconds, per: 60, unit: t('queries per minute'), failures: ranges[range].failures },
    figures.blocked ? ['local', 'cached', 'forwarded', 'blocked'] : ['local', 'cached', 'forwarded']);
  tiles(
    [compact.format(figures.queries), t('queries')],
    [share(figures.local + figures.cached, answers), t('answered at home')],
    [share(figures.cached, figures.cached + figures.forwarded), t('cache hits')],
    [milliseconds(percentile(figures.latency, .95)), t('upstream, 95\u00a0%\u00a0within')],
    [share(figures.blocked, answers), t('blocked')],
    [compact.format(figures.failed), t('failed')]);
  latency(figures.latency);
  queries.kept(figures);
  blocked.draw(figures);
}

function show(steps, time, keys) {
  const series = keys.map(key => ({ key, tone: kinds[key].tone }));
  legend(series);
  $('flow-title').textContent = ranges[range].title;
  chart.draw({ ...time, steps, series, title: t('{0}. Arrow keys move through the time', ranges[range].title) });
}

function upstreams(all) {
  $('upstreams').replaceChildren(...all.map(u => h('li', {},
    h('span', { class: `dot ${u.healthy ? 'running' : 'stopped'}`, role: 'img', 'aria-label': u.healthy ? t('up') : t('down') }), h('span', {}, u.server ? `${u.address} (${u.server})` : u.address),
    h('b', {}, u.latencyMilliseconds === undefined ? '' : `${number.format(u.latencyMilliseconds)} ms`), h('small', {}, told(u.detail)))));
}

function bars(id, items, find) {
  const top = items[0]?.count ?? 1;
  $(id).replaceChildren(...items.slice(0, 8).map(item => {
    const bar = h('i');
    bar.style.width = `${100 * item.count / top}%`;
    return h('li', {}, bar, h('button', { type: 'button', class: 'link', title: t('Show its queries'), onclick: () => find(item.name) }, item.device ?? item.name), h('b', {}, number.format(item.count)));
  }));
  if (!items.length) $(id).replaceChildren(h('li', { class: 'help' }, t('Nothing yet.')));
}

/** Everything of the range once; a later choice outruns an answer that is still under way. */
async function load() {
  const mine = ++turn;
  const server = encodeURIComponent(dnsServers.chosen);
  const path = range === 'live' ? null : `/dns/figures?range=${range}&server=${server}`;
  try {
    const [stats, figures] = await Promise.all([api('GET', `/dns/statistics?server=${server}`), path && api('GET', path)]);
    if (mine !== turn) return;
    banner('');
    if (stats === null && dnsServers.chosen) {
      dnsServers.all();
      return load();
    }
    $('elsewhere').hidden = stats !== null;
    $('dns').hidden = stats === null;
    if (stats === null) return;
    if (path && figures === null) {
      hasHistory = false;
      $('ranges').hidden = true;
      return choose('live');
    }
    hasHistory ??= path ? true : null;
    dnsServers.draw((figures ?? stats).servers);
    upstreams(stats.upstreams);
    $('validation').textContent = stats.validation ? t('DNSSEC: {0}', told(stats.validation)) : '';
    blocking.load();
    if (figures) {
      drawKept(figures);
      await tops(mine);
    } else {
      drawLive(stats);
    }
  } catch (problem) {
    if (mine === turn) banner(problem.message);
  }
  if (mine === turn) setTimeout(() => mine === turn && again(mine), ranges[range].every);
}

async function tops(mine) {
  const top = await api('GET', `/dns/top?range=${range}&server=${encodeURIComponent(dnsServers.chosen)}`);
  if (mine !== turn) return;
  bars('top-names', top?.names ?? [], filter => queries.find({ filter }));
  blocking.devices(top?.clients ?? []);
  blocked.top(top, bars);
  bars('top-clients', top?.clients ?? [], client => queries.find({ client }));
}

/** Nobody looks at a hidden page; when it is shown again, it is at once what it should be. */
function again(mine) {
  if (!document.hidden) load();
  else document.addEventListener('visibilitychange', () => mine === turn && load(), { once: true });
}

function choose(next) {
  range = next;
  for (const field of document.querySelectorAll('#ranges input')) field.checked = field.value === range;
  history.replaceState(null, '', range === 'hour' ? location.pathname : `?range=${range}`);
  load();
}

dnsServers.onChange(() => {
  // Another one may keep what this one does not.
  $('ranges').hidden = false;
  load();
  queries.again();
});
$('ranges').addEventListener('change', event => choose(event.target.value));
choose(range);
