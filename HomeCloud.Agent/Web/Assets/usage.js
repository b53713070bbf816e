// What a server uses: now, and over an hour, a day or a week.
import { $, h, api, bytes, when, clock, complain, t } from './app.js';
import { line, ceiling, short } from './plot.js';
import { flow } from './flow.js';

const most = 100;
const every = { hour: 20_000, day: 60_000, week: 300_000 };
const percent = value => `${+value.toFixed(value < 10 ? 1 : 0)}\u00a0%`;

/** A round number of its unit, not below the value. */
function ceilingOfBytes(value) {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return ceiling(value / unit) * unit;
}

const kinds = [
  { id: 'cpu', unit: t('% of a core'), series: [{ key: 'cpuPercent', tone: 1 }], tell: step => percent(step.cpuPercent), look: { roof: ceiling, format: short } },
  { id: 'memory', unit: t('in use'), series: [{ key: 'memoryBytes', tone: 2 }], tell: step => bytes(step.memoryBytes), look: { roof: ceilingOfBytes, format: bytes } },
  {
    id: 'network', unit: t('a second'), series: [{ key: 'receivedPerSecond', tone: 4, text: t('received') }, { key: 'sentPerSecond', tone: 5, text: t('sent') }],
    tell: step => t('{0}/s received, {1}/s sent', bytes(step.receivedPerSecond), bytes(step.sentPerSecond)), look: { roof: ceilingOfBytes, format: bytes },
  },
];

/** One line about a step, or about a time without one. */
function tell(kind, step, at, { step: seconds, now }) {
  const time = seconds >= 300 ? when(at * 1000) : clock(at * 1000);
  return `${time}: ${step ? kind.tell(step) : at > now ? t('not yet') : t('no data')}`;
}

/** The card of one server; path leads to its kept figures. */
export function usage(path) {
  const charts = kinds.map(kind => flow($(kind.id), {
    tall: 100, left: 66, failing: false, ...kind.look,
    tell: (...about) => tell(kind, ...about),
    show: text => { $(`${kind.id}-value`).textContent = text; },
  }));
  for (const { id, series } of kinds.filter(kind => kind.series.length > 1)) {
    $(id).previousElementSibling.firstElementChild.after(h('span', { class: 'legend', 'aria-hidden': 'true' },
      series.map(({ tone, text }) => h('span', {}, h('span', { class: `key k${tone}` }), text))));
  }
  const cpu = [], memory = [];
  const asked = new URLSearchParams(location.search).get('range');
  let range = Object.hasOwn(every, asked) ? asked : 'live';
  let running = true;
  let keeps = true;
  let turn = 0;

  async function load() {
    const mine = ++turn;
    try {
      const figures = await api('GET', `${path()}?range=${range}`);
      if (mine !== turn) return;
      if (figures === null) {
        // Nothing is kept: there is only now.
        keeps = false;
        return choose('live');
      }
      const to = figures.from + Math.ceil((figures.to + 1 - figures.from) / figures.stepSeconds) * figures.stepSeconds;
      charts.forEach((chart, i) => chart.draw({
        from: figures.from, to, now: figures.to, step: figures.stepSeconds, steps: figures.steps, per: null, unit: kinds[i].unit, series: kinds[i].series,
        title: t('{0}. Arrow keys move through the time', $(kinds[i].id).previousElementSibling.firstElementChild.textContent),
      }));
    } catch (problem) {
      if (mine === turn) complain(problem);
    }
    if (mine === turn) setTimeout(() => mine === turn && again(mine), every[range]);
  }

  /** Nobody looks at a hidden page; when it is shown again, it is at once what it should be. */
  function again(mine) {
    if (!document.hidden) load();
    else document.addEventListener('visibilitychange', () => mine === turn && load(), { once: true });
  }

  function choose(next) {
    range = next;
    turn++;
    $('ranges').querySelector(`[value=${range}]`).checked = true;
    history.replaceState(null, '', range === 'live' ? location.pathname : `?range=${range}`);
    arrange();
    if (range !== 'live') load();
  }

  function arrange() {
    $('ranges').hidden = !keeps;
    $('usage').hidden = range !== 'live';
    $('charts').hidden = range === 'live';
    if (!running && range === 'live') $('usage').replaceChildren(h('p', { class: 'help' }, t('It does not run.')));
  }

  $('ranges').addEventListener('change', event => choose(event.target.value));
  if (range !== 'live') choose(range);

  return {
    /** Whether there is anything to show of now. */
    runs(up) {
      if (running && !up) cpu.length = memory.length = 0;
      running = up;
      arrange();
    },

    /** A figure of now. */
    add(now) {
      if (!now) return;
      cpu.push(now.cpuPercent);
      memory.push(now.memoryBytes);
      if (cpu.length > most) { cpu.shift(); memory.shift(); }
      $('usage').replaceChildren(
        h('p', { class: 'help' }, `CPU ${now.cpuPercent.toFixed(1)} %`), h('div', { class: 'plot' }, line(cpu, { label: t('CPU {0} percent of a core', now.cpuPercent) })),
        h('p', { class: 'help' }, t('Memory {0}', bytes(now.memoryBytes))), h('div', { class: 'plot' }, line(memory, { label: t('Memory {0}', bytes(now.memoryBytes)), tone: 2 })));
    },
  };
}
