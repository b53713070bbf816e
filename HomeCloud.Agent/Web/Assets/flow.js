// A chart over time, drawn from steps: stacked areas, failures on a baseline of their own, and nothing where there is nothing.
import { t, locale } from './app.js';
import { s, ceiling, short } from './plot.js';

const bars = 28;
const bottom = 20;

const minute = 60_000;
const intervals = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880].map(minutes => minutes * minute);

/** Times for the axis: round ones of the reader's own clock, no more than have room. */
export function ticks(from, to, most) {
  const interval = intervals.find(one => (to - from) / one <= most) ?? intervals.at(-1);
  const day = new Date(from);
  day.setHours(0, 0, 0, 0);
  const found = [];
  // By the calendar: a day of 23 or 25 hours has its midnight too.
  for (let i = 0; ; i++) {
    const at = interval >= 1440 * minute
      ? new Date(day.getFullYear(), day.getMonth(), day.getDate() + i * interval / (1440 * minute)).getTime()
      : day.getTime() + i * interval;
    if (at > to) return { interval, found };
    if (at >= from) found.push(at);
  }
}

function label(at, interval) {
  const time = new Date(at);
  return interval >= 1440 * minute || (interval >= 180 * minute && time.getHours() === 0 && time.getMinutes() === 0)
    ? time.toLocaleDateString(locale, { weekday: 'short', day: 'numeric' })
    : time.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hour12: false });
}

/** Steps that follow one another without a hole. */
export function runs(steps, step) {
  const all = [];
  for (const one of steps) {
    const last = all.at(-1)?.at(-1);
    if (last && one.at - last.at === step) all.at(-1).push(one);
    else all.push([one]);
  }
  return all;
}

/**
 * A chart inside an element that is a slider for keyboard and screen reader. draw is given
 * { from, to, now, step (seconds), steps: [{ at, seconds, failed, … }], series: [{ key, tone }], per (seconds; null for what is no count), unit, title }.
 * Where failures are drawn, data.failures says what they are.
 * tell makes a text of a step, or of a time without one.
 */
export function flow(host, { tell, show, tall = 200, left = 46, failing = true, roof = ceiling, format = short }) {
  const strip = failing ? 52 : 8;
  const height = tall + strip + bottom;
  const margin = { left, right: 8, top: 20 };
  let data = null;
  let chosen = null;
  const count = () => Math.round((data.to - data.from) / data.step);
  const indexOf = at => Math.min(count() - 1, Math.max(0, Math.floor((at - data.from) / data.step)));
  const stepAt = index => data.steps.find(one => one.at === data.from + index * data.step);

  host.setAttribute('role', 'slider');
  host.setAttribute('tabindex', '0');

  function text(index) {
    const at = data.from + index * data.step;
    return tell(stepAt(index) ?? null, at, data);
  }

  function choose(at) {
    chosen = at;
    draw();
  }

  function draw() {
    if (!data) return;
    const width = Math.max(280, host.clientWidth);
    const x = at => margin.left + (width - margin.left - margin.right) * (at - data.from) / (data.to - data.from);
    const rate = (one, key) => data.per === null ? one[key] : one[key] * data.per / Math.max(1, one.seconds);
    const shown = data.steps.filter(one => one.seconds >= Math.min(data.step / 6, 60));
    const end = one => Math.min(data.to, one.at + (one === data.steps.at(-1) ? Math.min(data.step, Math.max(one.seconds, data.now - one.at)) : data.step));
    const top = roof(Math.max(0, ...shown.map(one => data.series.reduce((sum, { key }) => sum + rate(one, key), 0))));
    const y = value => tall - (tall - margin.top) * value / top;
    const svg = s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' });

    const groups = runs(shown, data.step);
    let covered = data.from;
    for (const edge of [...groups.map(run => [run[0].at, end(run.at(-1))]), [Math.min(data.to, data.now), data.to]]) {
      if (edge[0] - covered >= data.step) gap(svg, x(covered), x(edge[0]));
      covered = Math.max(covered, edge[1]);
    }

    for (const part of [0, .5, 1]) {
      svg.append(s('line', { class: 'gridline', x1: margin.left, x2: width - margin.right, y1: y(top * part), y2: y(top * part) }),
        s('text', { x: margin.left - 8, y: y(top * part) + 4, 'text-anchor': 'end' }, format(top * part)));
    }
    svg.append(s('text', { x: margin.left, y: 11 }, data.unit));

    for (const run of groups) {
      let below = run.map(() => 0);
      for (const { key, tone } of data.series) {
        const above = run.map((one, i) => below[i] + rate(one, key));
        const stairs = values => run.flatMap((one, i) => [`${x(one.at).toFixed(1)},${y(values[i]).toFixed(1)}`, `${x(end(one)).toFixed(1)},${y(values[i]).toFixed(1)}`]);
        if (above.some((value, i) => value > below[i])) {
          svg.append(s('polygon', { class: `f${tone}`, points: [...stairs(above), ...stairs(below).reverse()].join(' ') }),
            s('polyline', { class: `l${tone} thin`, points: stairs(above).join(' ') }));
        }
        below = above;
      }
    }

    if (failing) failures(svg, shown, { x, end, width });
    axis(svg, x, width);
    if (chosen !== null) mark(svg, x, y, rate, width);
    host.replaceChildren(svg);
    describe();
  }

  /** Of the failures, the highest bar is as tall as the strip, and says how many that is. */
  function failures(svg, shown, { x, end, width }) {
    const base = tall + strip - 4;
    const most = Math.max(0, ...shown.map(one => one.failed));
    svg.append(s('line', { class: 'gridline', x1: margin.left, x2: width - margin.right, y1: base, y2: base }),
      s('text', { x: margin.left - 8, y: base + 3, 'text-anchor': 'end' }, '0'));
    if (most) svg.append(s('text', { x: margin.left - 8, y: base - bars + 4, 'text-anchor': 'end' }, short(most)));
    for (const one of shown) {
      if (!one.failed) continue;
      const bar = Math.max(3, bars * one.failed / most);
      svg.append(s('rect', { class: 'a3', x: x(one.at), y: base - bar, width: Math.max(1.5, x(end(one)) - x(one.at) - .5), height: bar }));
    }
    svg.append(s('text', { class: 'over', x: margin.left + 4, y: base - bars - 5 }, most ? data.failures : t('none failed')));
  }

  function axis(svg, x, width) {
    const { interval, found } = ticks(data.from * 1000, data.to * 1000, Math.floor((width - margin.left) / 72));
    for (const at of found) {
      const where = x(at / 1000);
      const anchor = where < margin.left + 18 ? 'start' : where > width - 26 ? 'end' : 'middle';
      svg.append(s('line', { class: 'gridline', x1: where, x2: where, y1: tall + strip - 4, y2: tall + strip }),
        s('text', { x: where, y: height - 4, 'text-anchor': anchor }, label(at, interval)));
    }
  }

  function gap(svg, from, to) {
    svg.append(s('rect', { class: 'gap', x: from, y: margin.top, width: to - from, height: tall + strip - 4 - margin.top }));
    if (to - from > 64) svg.append(s('text', { x: (from + to) / 2, y: margin.top + tall / 2 - 8, 'text-anchor': 'middle' }, t('no data')));
  }

  function mark(svg, x, y, rate, width) {
    const index = indexOf(chosen);
    const at = data.from + index * data.step;
    const middle = Math.min(width - margin.right, x(at + data.step / 2));
    svg.append(s('line', { class: 'pointed', x1: middle, x2: middle, y1: margin.top, y2: tall + strip - 4 }));
    const one = stepAt(index);
    if (one) svg.append(s('circle', { class: 'dot-mark', cx: middle, cy: y(data.series.reduce((sum, { key }) => sum + rate(one, key), 0)), r: 3.5 }));
  }

  function describe() {
    const index = chosen === null ? count() - 1 : indexOf(chosen);
    host.setAttribute('aria-label', data.title);
    host.setAttribute('aria-valuemin', '0');
    host.setAttribute('aria-valuemax', String(count() - 1));
    host.setAttribute('aria-valuenow', String(index));
    host.setAttribute('aria-valuetext', text(index));
    show(chosen === null ? '' : text(index));
  }

  function point(event) {
    if (!data) return;
    const box = host.getBoundingClientRect();
    const part = (event.clientX - box.left - margin.left) / Math.max(1, box.width - margin.left - margin.right);
    choose(data.from + Math.min(.9999, Math.max(0, part)) * (data.to - data.from));
  }

  host.addEventListener('pointermove', event => {
    if (event.pointerType === 'mouse' || event.buttons) point(event);
  });
  host.addEventListener('pointerdown', point);
  // A finger that was lifted leaves its value to be read; a mouse that went away does not.
  host.addEventListener('pointerleave', event => {
    if (event.pointerType === 'mouse' && document.activeElement !== host) choose(null);
  });
  host.addEventListener('blur', () => choose(null));
  host.addEventListener('keydown', event => {
    if (!data) return;
    const index = chosen === null ? count() - 1 : indexOf(chosen);
    const to = { ArrowLeft: index - 1, ArrowDown: index - 1, ArrowRight: index + 1, ArrowUp: index + 1, PageDown: index - 10, PageUp: index + 10, Home: 0, End: count() - 1 }[event.key];
    if (event.key === 'Escape') choose(null);
    else if (to !== undefined) choose(data.from + (Math.min(count() - 1, Math.max(0, to)) + .5) * data.step);
    else return;
    event.preventDefault();
  });
  let seen = 0;
  new ResizeObserver(() => {
    if (host.clientWidth !== seen) {
      seen = host.clientWidth;
      draw();
    }
  }).observe(host);

  return {
    /** What was chosen stays chosen, by its time. */
    draw(next) {
      if (data && (data.step !== next.step)) chosen = null;
      data = next;
      draw();
    },
  };
}
