import { $, h, api, follow, banner, engine, complain, copyButton, bytes, ago, stateText, portChips, t } from './app.js';
import { watch, resume } from './operations.js';
import { askKey } from './key.js';
import { filterField, matches } from './filter.js';
import { bulk } from './bulk.js';

const rows = new Map();
const list = $('servers');
const own = $('own');
let filter = '';
const newer = new Map();

// ---- the list
function row(server) {
  const parts = {
    box: h('input', { type: 'checkbox', hidden: true, 'aria-label': t('Select {0}', server.name) }),
    dot: h('span', { class: 'dot' }),
    link: h('a', { href: `/servers/${encodeURIComponent(server.name)}` }, server.name),
    sub: h('small'),
    reach: h('div', { class: 'reachable' }),
    cpu: gauge('CPU', 'cpu'),
    memory: gauge(t('Mem'), 'memory'),
    note: h('p', { class: 'note', hidden: true }),
  };
  parts.live = h('div', { class: 'live' }, parts.cpu.element, parts.memory.element);
  parts.element = h('li', { class: 'server', 'data-name': server.name },
    h('div', { class: 'who' }, server.role ? null : parts.box, parts.dot, parts.link, parts.sub), parts.reach, parts.live, parts.note);
  return parts;
}

function gauge(text, kind) {
  const bar = h('i');
  const value = h('b', {}, '–');
  return {
    element: h('div', { class: `gauge ${kind}` }, h('span', {}, text), h('span', { class: 'track' }, bar), value),
    set(percent, shown) {
      bar.style.width = `${Math.min(100, Math.max(0, percent))}%`;
      value.textContent = shown;
    },
  };
}

function put(server, fresh) {
  let parts = rows.get(server.name);
  if (!parts) {
    parts = row(server);
    rows.set(server.name, parts);
    // Sorted by name; a binary search keeps 200 of them quick.
    const into = server.role ? own : list;
    const names = [...into.children];
    let low = 0, high = names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (names[middle].dataset.name < server.name) low = middle + 1; else high = middle;
    }
    into.insertBefore(parts.element, names[low] ?? null);
    if (fresh) parts.element.classList.add('fresh');
  }
  if (parts.server && parts.server.id !== server.id) newer.delete(server.name);
  parts.server = server;
  const text = stateText(server);
  parts.dot.className = `dot ${server.state}`;
  parts.dot.title = text;
  sub(parts);
  parts.reach.replaceChildren(
    ...(server.addresses.length ? [h('span', { class: 'address' }, server.addresses[0])] : server.keptAddress ? [h('span', { class: 'address kept' }, t('{0} kept', server.keptAddress))] : []),
    ...portChips(server),
    ...(server.ssh && (server.state === 'running' || server.state === 'asleep') ? [copyButton(server.ssh)] : []),
    ...(newer.has(server.name) ? [h('a', { class: 'chip news', href: `/servers/${encodeURIComponent(server.name)}`, title: t('There is a newer {0}.', newer.get(server.name)) }, t('newer image'))] : []));
  parts.note.hidden = !server.explanation;
  parts.note.textContent = server.explanation ?? '';
  parts.live.hidden = server.state !== 'running';
  if (server.usage) usage(server.usage);
  show(parts);
}

function sub(parts) {
  const server = parts.server;
  parts.sub.textContent = [stateText(server), server.startedAt ? t('up {0}', ago(server.startedAt)) : '', server.asleepSince ? t('for {0}', ago(server.asleepSince)) : '', server.image].filter(Boolean).join(' · ');
}

function usage(figures) {
  const parts = rows.get(figures.name);
  if (!parts) return;
  parts.cpu.set(figures.cpuPercent, `${figures.cpuPercent.toFixed(1)} %`);
  parts.memory.set(figures.memoryLimit ? 100 * figures.memoryBytes / figures.memoryLimit : 0, bytes(figures.memoryBytes));
}

function show(parts) {
  parts.element.hidden = !matches(parts.server, filter, newer.has(parts.server.name), stateText(parts.server));
}

function count() {
  const shown = box => [...box.children].filter(child => !child.hidden).length;
  const servers = list.childElementCount;
  $('own-section').hidden = shown(own) === 0;
  $('count').textContent = filter ? t('{0} of {1}', shown(list), servers) : servers || '';
  $('empty').hidden = servers > 0;
  $('none').hidden = servers === 0 || shown(list) > 0;
  list.setAttribute('aria-busy', 'false');
  selection();
}

const selection = bulk(rows);
filterField($('filter'), text => {
  filter = text;
  rows.forEach(show);
  if (list.getAttribute('aria-busy') === 'false') count();
});
$('none-clear').onclick = () => {
  $('filter').value = '';
  $('filter').dispatchEvent(new Event('input'));
  $('filter').focus();
};

/** Registries are asked only while a person looks; the answer that comes late is an event. */
let looked = 0;
async function look() {
  if (document.hidden || Date.now() - looked < 3600000) return;
  looked = Date.now();
  (await api('GET', '/image-news').catch(() => [])).forEach(news);
}

function news(told) {
  if (told.isNewer) newer.set(told.name, told.image); else newer.delete(told.name);
  const parts = rows.get(told.name);
  if (!parts) return;
  put(parts.server, false);
  count();
}

document.addEventListener('visibilitychange', look);
setInterval(look, 600000);
setInterval(() => rows.forEach(sub), 10000);

follow('/events', {
  servers(all) {
    banner('');
    const names = new Set(all.map(s => s.name));
    for (const [name, parts] of rows) {
      if (!names.has(name)) {
        parts.element.remove();
        rows.delete(name);
      }
    }
    all.forEach(s => put(s, false));
    count();
    look();
  },
  server(server) {
    put(server, true);
    count();
  },
  gone({ name }) {
    rows.get(name)?.element.remove();
    rows.delete(name);
    count();
  },
  usage: all => all.forEach(usage),
  news,
  engine,
  lost: async () => {
    banner(t('Not connected; retrying.'));
    await api('GET', '/status').catch(() => null);
  },
});

// ---- creating
const form = $('create');
const help = $('name-help');

api('GET', '/templates').then(templates => {
  const propose = kind => { form.elements.sleep.placeholder = kind.sleep ? t('never (proposed: {0})', kind.sleep) : t('never (example: 15m)'); };
  $('kinds').append(...templates.map((kind, i) => h('label', { title: kind.description },
    h('input', { type: 'radio', name: 'template', value: kind.id, checked: i === 0, onchange: () => propose(kind) }), h('span', {}, kind.title))));
  if (templates[0]) propose(templates[0]);
}).catch(() => null);

form.elements.name.addEventListener('input', () => {
  const name = form.elements.name.value.trim().toLowerCase();
  help.textContent = !name || /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(name) ? '' : t('Use letters, digits and hyphens; no hyphen at the start or end.');
});

form.addEventListener('submit', async event => {
  event.preventDefault();
  const value = name => form.elements[name].value.trim();
  const lines = name => value(name).split('\n').map(l => l.trim()).filter(Boolean);
  const request = { name: value('name') };
  for (const name of ['image', 'address', 'memory', 'expiresIn', 'sleep']) if (value(name)) request[name] = value(name);
  if (!request.image) request.template = form.elements.template?.value || undefined;
  const refuse = (field, text) => {
    help.textContent = text;
    form.elements[field].closest('details')?.setAttribute('open', '');
    form.elements[field].focus();
  };
  if (value('cpus') && !/^\d+([.,]\d+)?$/.test(value('cpus'))) return refuse('cpus', t('{0} is not a number of cores (example: 1.5).', value('cpus')));
  const odd = lines('environment').find(l => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(l));
  if (odd) return refuse('environment', t('{0} is not a variable: write it as NAME=value.', odd));
  if (value('cpus')) request.cpus = Number(value('cpus').replace(',', '.'));
  if (value('aliases')) request.aliases = value('aliases').split(/[\s,、，]+/);
  if (lines('volumes').length) request.volumes = lines('volumes');
  if (value('command')) request.command = value('command').split(/\s+/);
  if (form.elements.wildcard.checked) request.wildcard = true;
  if (lines('environment').length) request.environment = Object.fromEntries(lines('environment').map(l => [l.split('=')[0], l.slice(l.indexOf('=') + 1)]));
  $('create-button').disabled = true;
  const begin = async wanted => {
    watch($('progress'), await api('POST', '/servers', wanted), { change: fill });
    help.textContent = '';
    form.reset();
    $('more').open = false;
  };
  try {
    await begin(request);
  } catch (problem) {
    if (problem.code === 'noKey') return askKey(request, begin);
    help.textContent = [problem.message, problem.fix].filter(Boolean).join(' ');
    form.elements.name.focus();
  } finally {
    $('create-button').disabled = false;
  }
});

/** What was asked for, in the form again. */
function fill(request) {
  form.reset();
  for (const name of ['name', 'image', 'address', 'memory', 'cpus', 'expiresIn', 'sleep']) form.elements[name].value = request[name] ?? '';
  form.elements.aliases.value = (request.aliases ?? []).join(' ');
  form.elements.volumes.value = (request.volumes ?? []).join('\n');
  form.elements.command.value = (request.command ?? []).join(' ');
  form.elements.environment.value = Object.entries(request.environment ?? {}).map(([key, value]) => `${key}=${value}`).join('\n');
  form.elements.wildcard.checked = Boolean(request.wildcard);
  for (const kind of form.querySelectorAll('input[name=template]')) kind.checked = kind.value === request.template;
  $('more').open = [...$('more').querySelectorAll('input, textarea')].some(field => field.type === 'checkbox' ? field.checked : field.value);
  form.elements.name.focus();
}

resume($('progress'), () => true, { change: fill });
if (matchMedia('(pointer: fine)').matches) form.elements.name.focus({ preventScroll: true });
