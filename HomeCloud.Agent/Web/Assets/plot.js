// Small plots as inline SVG, drawn from numbers.

const ns = 'http://www.w3.org/2000/svg';

export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(ns, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A round number not below the value, for the top of an axis. */
export function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(f => f * power).find(c => c >= value);
}

const short = value => value >= 1000 ? `${+(value / 1000).toFixed(1)}k` : `${+value.toFixed(2)}`;

/**
 * Areas stacked on one another; series are arrays of equal length. The strip below has an axis of its own, so that a few failures
 * are neither hidden by the many that went well nor painted over them. tell is given the index under the pointer, or null.
 */
export function stacked(series, { width = 960, label, left = '', right = 'now', unit = '', strip = null, tell = null }) {
  const low = strip ? 34 : 0;
  const height = 200 + low;
  const margin = { left: 40, right: 6, top: unit ? 18 : 8, bottom: 20 + low };
  const count = series[0].length;
  const totals = series[0].map((_, i) => series.reduce((sum, one) => sum + one[i], 0));
  const top = ceiling(Math.max(...totals, 0));
  const x = i => margin.left + (width - margin.left - margin.right) * (count < 2 ? 1 : i / (count - 1));
  const y = v => height - margin.bottom - (height - margin.top - margin.bottom) * v / top;
  const svg = s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  for (const part of [0, .5, 1]) {
    svg.append(s('line', { class: 'gridline', x1: margin.left, x2: width - margin.right, y1: y(top * part), y2: y(top * part) }),
      s('text', { x: margin.left - 8, y: y(top * part) + 4, 'text-anchor': 'end' }, short(top * part)));
  }
  if (unit) svg.append(s('text', { x: margin.left, y: 10 }, unit));
  svg.append(s('text', { x: margin.left, y: height - 4 }, left), s('text', { x: width - margin.right, y: height - 4, 'text-anchor': 'end' }, right));
  let floor = new Array(count).fill(0);
  series.forEach((values, index) => {
    const roof = values.map((v, i) => v + floor[i]);
    const up = roof.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`);
    const back = floor.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`).reverse();
    svg.append(s('polygon', { class: `f${index + 1}`, points: [...up, ...back].join(' ') }));
    // A line where there is something: a quiet series must not draw over the one below it.
    for (let start = 0; start < count; start++) {
      let end = start;
      while (end < count && values[end] > 0) end++;
      // With the way up and down again: a single busy second is a peak too.
      if (end > start) svg.append(s('polyline', { class: `l${index + 1}`, points: up.slice(Math.max(0, start - 1), end + 1).join(' ') }));
      start = Math.max(start, end);
    }
    floor = roof;
  });
  if (strip) failures(svg, strip, { x, base: height - 22, tall: low - 8, width, margin });
  if (tell) point(svg, count, { x, margin, width, height, tell });
  return svg;
}

/** Bars from a baseline of their own; the highest is as tall as the strip. */
function failures(svg, { values, text }, { x, base, tall, width, margin }) {
  const most = Math.max(...values, 1);
  svg.append(s('line', { class: 'gridline', x1: margin.left, x2: width - margin.right, y1: base, y2: base }),
    s('text', { x: margin.left - 8, y: base, 'text-anchor': 'end' }, text));
  values.forEach((value, i) => {
    if (value > 0) svg.append(s('line', { class: 'l3', x1: x(i), x2: x(i), y1: base, y2: base - Math.max(3, tall * value / most) }));
  });
}

/** A line under the pointer or the finger. */
function point(svg, count, { x, margin, width, height, tell }) {
  const mark = s('line', { class: 'pointed', x1: 0, x2: 0, y1: margin.top, y2: height - 20, visibility: 'hidden' });
  const area = s('rect', { x: margin.left, y: 0, width: width - margin.left - margin.right, height, fill: 'transparent' });
  const move = event => {
    const box = area.getBoundingClientRect();
    const index = Math.round((count - 1) * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    mark.setAttribute('x1', x(index));
    mark.setAttribute('x2', x(index));
    mark.setAttribute('visibility', 'visible');
    tell(index);
  };
  area.addEventListener('pointermove', move);
  area.addEventListener('pointerdown', move);
  area.addEventListener('pointerleave', () => {
    mark.setAttribute('visibility', 'hidden');
    tell(null);
  });
  svg.append(mark, area);
}

/** Columns with a text below each. */
export function columns(items, { width = 460, height = 190, label }) {
  const margin = { left: 6, right: 6, top: 18, bottom: 20 };
  const top = Math.max(1, ...items.map(i => i.value));
  const step = (width - margin.left - margin.right) / Math.max(1, items.length);
  const svg = s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  svg.append(s('line', { class: 'gridline', x1: margin.left, x2: width - margin.right, y1: height - margin.bottom, y2: height - margin.bottom }));
  items.forEach((item, i) => {
    const tall = (height - margin.top - margin.bottom) * item.value / top;
    const at = margin.left + step * i;
    svg.append(s('rect', { class: 'a2', x: at + step * .14, y: height - margin.bottom - tall, width: step * .72, height: Math.max(tall, item.value ? 2 : 0), rx: 4 },
      s('title', {}, `${item.text}: ${item.value}`)),
      s('text', { x: at + step / 2, y: height - 5, 'text-anchor': 'middle' }, item.text));
    if (item.value) svg.append(s('text', { x: at + step / 2, y: height - margin.bottom - tall - 5, 'text-anchor': 'middle' }, short(item.value)));
  });
  return svg;
}

/** One line over time. */
export function line(all, { width = 460, height = 90, label, top, tone = 1 }) {
  const values = all.length === 1 ? [all[0], all[0]] : all;
  const roof = top || ceiling(Math.max(...values, 0));
  const x = i => width * (values.length < 2 ? 1 : i / (values.length - 1));
  const y = v => height - 3 - (height - 8) * Math.min(1, v / roof);
  const points = values.map((v, i) => `${x(i).toFixed(1)},${y(v).toFixed(1)}`);
  return s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    s('line', { class: 'gridline', x1: 0, x2: width, y1: height - 3, y2: height - 3 }),
    s('polygon', { class: `f${tone}`, points: `0,${height - 3} ${points.join(' ')} ${width},${height - 3}` }),
    s('polyline', { class: `l${tone}`, points: points.join(' ') }));
}
