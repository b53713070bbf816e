// What is blocked: a pause, names blocked and allowed by hand, and the button for it in each row of the table of queries.
import { $, h, api, clock, complain, toast, t, locale } from './app.js';

const number = new Intl.NumberFormat(locale);
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
  await load(true);
  changed();
}

const decide = (name, allowed) => change('PUT', `/names/${encodeURIComponent(name)}`, { allowed }, allowed ? t('{0} is allowed.', name) : t('{0} is blocked.', name));
const forget = name => change('DELETE', `/names/${encodeURIComponent(name)}`, undefined, t('{0}: lists decide again.', name));

function summary() {
  const names = state.lists.reduce((sum, list) => sum + (list.names ?? 0), 0);
  const broken = state.lists.filter(list => list.problem).map(list => `${list.name}: ${list.problem}`);
  return [
    state.lists.length ? t('{0}: {1} names.', state.lists.map(list => list.name).join(', '), number.format(names)) : t('No block list is in use (--block).'),
    ...broken,
  ].join(' ');
}

function chip(text, label, onclick) {
  return h('button', { type: 'button', class: 'chip-button', 'aria-label': label, title: label, onclick }, `${text} ×`);
}

const drawn = new Map();

/** Makes a part anew when it says something else, and nobody is in it: a list stays open, and a button stays under the finger. */
function draw(id, says, make, isAsked) {
  const text = JSON.stringify(says);
  if (drawn.get(id) === text || (!isAsked && $(id).contains(document.activeElement))) return;
  drawn.set(id, text);
  $(id).replaceChildren(...make());
}

/** Groups first, then devices that asked most. What was chosen stays chosen. */
function choices() {
  const groups = state.groups.filter(group => group.name !== 'all').map(group => ({ name: group.name, device: group.name }));
  const all = [...groups, ...clients];
  const chosen = $('pause-device').value;
  draw('pause-device', all.map(one => [one.name, one.device]), () => [h('option', { value: '' }, t('All devices')), ...all.map(one => h('option', { value: one.name }, one.device ?? one.name))]);
  if ($('pause-device').value !== chosen) $('pause-device').value = all.some(one => one.name === chosen) ? chosen : '';
}

function group({ name, devices, lists }) {
  const who = name === 'all' ? t('All other devices') : `${name} (${devices.join(', ')})`;
  return h('li', {}, `${who}: ${lists.length ? lists.join(', ') : t('no list counts now')}`);
}

function show(isAsked) {
  $('blocking').hidden = state === null;
  if (!state) return;
  choices();
  draw('block-groups', state.groups, () => state.groups.map(group), isAsked);
  $('block-lists').textContent = summary();
  const pauses = state.pauses.map(pause => ({ device: pause.device ?? '', who: pause.name ?? (pause.device === 'all' ? t('All other devices') : pause.device ?? t('All devices')), until: clock(pause.until) }));
  draw('block-pauses', pauses, () => pauses.map(({ device, who, until }) =>
    chip(t('{0}: paused until {1}', who, until), t('Resume blocking for {0}', who), () => change('DELETE', `/pause?device=${encodeURIComponent(device)}`))), isAsked);
  draw('block-own', [state.blocked, state.allowed], () => [
    ...state.blocked.map(name => chip(name, t('{0} is blocked by hand: take it back', name), () => forget(name))),
    ...state.allowed.map(name => chip(t('{0} (allowed)', name), t('{0} is allowed by hand: take it back', name), () => forget(name)))], isAsked);
}

async function load(isAsked = false) {
  state = await api('GET', '/dns/blocking').catch(() => state);
  show(isAsked);
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
    if (state.blocked.includes(own) || state.allowed.includes(own)) return h('button', { type: 'button', class: 'link', 'aria-label': t('Take back what was decided about {0}', own), onclick: () => forget(own) }, t('Undo'));
    const allow = source === 'blocked';
    return h('button', { type: 'button', class: 'link', 'aria-label': allow ? t('Allow {0}', own) : t('Block {0}', own), onclick: () => decide(own, allow) }, allow ? t('Allow') : t('Block'));
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
