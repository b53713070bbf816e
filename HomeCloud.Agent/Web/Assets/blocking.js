// What is blocked: a pause, names blocked and allowed by hand, and the button for it in each row of the table of queries.
import { $, h, api, clock, complain, toast } from './app.js';

const number = new Intl.NumberFormat();
let state = null;
let clients = [];
let changed = () => {};

const plain = name => name.replace(/\.$/, '').toLowerCase();

async function change(method, path, body, done) {
  try {
    await api(method, `/dns/blocking${path}`, body);
    if (done) toast(done);
  } catch (problem) {
    complain(problem);
  }
  await load();
  changed();
}

const decide = (name, allowed) => change('PUT', `/names/${encodeURIComponent(name)}`, { allowed }, allowed ? `${name} is allowed.` : `${name} is blocked.`);
const forget = name => change('DELETE', `/names/${encodeURIComponent(name)}`, undefined, `${name}: lists decide again.`);

function summary() {
  const names = state.lists.reduce((sum, list) => sum + (list.names ?? 0), 0);
  const broken = state.lists.filter(list => list.problem).map(list => `${list.name}: ${list.problem}`);
  return [
    state.lists.length ? `${state.lists.map(list => list.name).join(', ')}: ${number.format(names)} names.` : 'No block list is in use (--block).',
    ...broken,
  ].join(' ');
}

function chip(text, label, onclick) {
  return h('button', { type: 'button', class: 'chip-button', 'aria-label': label, title: label, onclick }, `${text} ×`);
}

/** Groups first, then devices that asked most. What was chosen stays chosen. */
function choices() {
  const groups = state.groups.filter(group => group.name !== 'all').map(group => ({ name: group.name, device: group.name }));
  const all = [...groups, ...clients];
  const chosen = $('pause-device').value;
  $('pause-device').replaceChildren(h('option', { value: '' }, 'All devices'), ...all.map(one => h('option', { value: one.name }, one.device ?? one.name)));
  $('pause-device').value = all.some(one => one.name === chosen) ? chosen : '';
}

function group({ name, devices, lists }) {
  const who = name === 'all' ? 'All other devices' : `${name} (${devices.join(', ')})`;
  return h('li', {}, `${who}: ${lists.length ? lists.join(', ') : 'no list counts now'}`);
}

function show() {
  $('blocking').hidden = state === null;
  if (!state) return;
  choices();
  $('block-groups').replaceChildren(...state.groups.map(group));
  $('block-lists').textContent = summary();
  $('block-pauses').replaceChildren(...state.pauses.map(pause => {
    const who = pause.name ?? pause.device ?? 'All devices';
    return chip(`${who}: paused until ${clock(pause.until)}`, `Resume blocking for ${who}`, () => change('DELETE', pause.device ? `/pause?device=${encodeURIComponent(pause.device)}` : '/pause'));
  }));
  $('block-own').replaceChildren(
    ...state.blocked.map(name => chip(name, `${name} is blocked by hand: take it back`, () => forget(name))),
    ...state.allowed.map(name => chip(`${name} (allowed)`, `${name} is allowed by hand: take it back`, () => forget(name))));
}

async function load() {
  state = await api('GET', '/dns/blocking').catch(() => state);
  show();
}

export const blocking = {
  load,

  /** Called after each change. */
  onChange(call) {
    changed = call;
  },

  /** What one click does about the name of a query; nothing for names of the home. */
  button({ name, source }) {
    const own = plain(name);
    if (!state || source === 'our zones' || !own.includes('.')) return null;
    if (state.blocked.includes(own) || state.allowed.includes(own)) return h('button', { type: 'button', class: 'link', 'aria-label': `Take back what was decided about ${own}`, onclick: () => forget(own) }, 'Undo');
    const allow = source === 'blocked';
    return h('button', { type: 'button', class: 'link', 'aria-label': `${allow ? 'Allow' : 'Block'} ${own}`, onclick: () => decide(own, allow) }, allow ? 'Allow' : 'Block');
  },

  /** Whom a pause can be for. */
  devices(found) {
    clients = found;
    if (state) choices();
  },
};

$('pause').addEventListener('click', () => {
  const device = $('pause-device').value;
  change('PUT', '/pause', { seconds: 300, ...(device ? { device } : {}) });
});
