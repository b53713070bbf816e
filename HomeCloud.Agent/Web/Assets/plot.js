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
  return [1, 2, 4, 6, 8, 10].map(f => f * power).find(c => c >= value);
}

export const short = value => value >= 1000 ? `${+(value / 1000).toFixed(1)}k` : `${+value.toFixed(2)}`;

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
