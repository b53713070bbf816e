import { $, h, api, follow, banner, engine, complain, toast, copyButton, ago, when, clock, stateText, portChips, historyLine, t } from './app.js';
import { watch, resume, openLink } from './operations.js';
import { edit } from './edit.js';
import { usage } from './usage.js';

const article = $('server');
let name = article.dataset.name;
let server = null;
let logs = null;

const editing = edit({
  path: () => `/servers/${encodeURIComponent(name)}`,
  server: () => server,
  show,
  watch: operation => watch($('progress'), operation, { ended: () => editing.refresh() }),
});

const used = usage(() => `/servers/${encodeURIComponent(name)}/usage`);

function show(next) {
  const wasRunning = server?.startedAt;
  const another = server?.id !== next.id;
  server = next;
  if (another) editing.refresh();
  article.setAttribute('aria-busy', 'false');
  $('title').textContent = server.name;
  document.title = `${server.name} · HomeCloud`;
  $('state').textContent = stateText(server);
  $('state').className = `badge ${server.state}`;
  $('reach').replaceChildren(h('span', {}, server.fullName), ...portChips(server), ...(server.ssh ? [copyButton(server.ssh)] : []));
  const up = server.state === 'running' || server.state === 'restarting';
  const asleep = server.state === 'asleep';
  $('start').hidden = up || asleep;
  $('wake').hidden = !asleep;
  $('sleep').hidden = server.state !== 'running' || !server.sleep;
  $('edit').hidden = Boolean(server.role);
  const open = up || asleep ? openLink(server) : null;
  $('open').hidden = !open;
  if (open) $('open').href = open.href;
  if ($('terminal')) {
    $('terminal').hidden = server.state !== 'running' || Boolean(server.role);
    $('terminal').href = `/servers/${encodeURIComponent(server.name)}/terminal`;
  }
  $('stop').hidden = (!up && !asleep) || Boolean(server.role);
  $('rename').hidden = Boolean(server.role);
  $('remove').hidden = Boolean(server.role);
  $('restart').hidden = !up;
  used.runs(up || server.state === 'paused');
  facts();
  if (!logs || wasRunning !== server.startedAt) openLogs();
}

/** Renamed elsewhere, it is the same container still. */
const isThis = one => server?.id === one.id;

function become(next) {
  if (next.name !== name) {
    name = next.name;
    window.history.replaceState(null, '', `/servers/${encodeURIComponent(name)}`);
    banner('');
  }
  show(next);
}

function facts() {
  const all = [
    [t('Address'), server.addresses.join(', ') || (server.keptAddress ? t('{0}, kept for its next start', server.keptAddress) : '') || server.explanation || t('none')],
    [t('Reason'), server.addresses.length || server.keptAddress ? server.explanation : ''],
    ['MAC', server.mac],
    [t('Image'), server.image],
    [t('Kind'), server.role ? t('part of HomeCloud itself ({0})', server.role) : server.template ?? (server.ours ? t('image') : t('created by docker or compose'))],
    [t('Up for'), server.startedAt && ago(server.startedAt)],
    [t('Asleep for'), server.asleepSince && ago(server.asleepSince)],
    [t('Sleeps'), server.sleep && t('after {0} without callers', server.sleep)],
    [t('Stays awake'), server.staysAwake],
    [t('Problem'), server.state === 'asleep' && server.explanation],
    [t('Created at'), when(server.created)],
    [t('Removed at'), server.expiresAt && when(server.expiresAt)],
    [t('Aliases'), server.aliases.join(', ')],
    [t('Wildcard'), server.wildcard && `*.${server.fullName}`],
    [t('Volumes'), server.volumes.join(', ')],
    [t('Network'), server.network],
    [t('Container'), server.id.slice(0, 12)],
  ];
  $('facts').replaceChildren(...all.filter(([, v]) => v).flatMap(([k, v]) => [h('dt', {}, k), h('dd', {}, v)]));
}

/** Programs write much to standard error that is none. */
const isError = /\b(error|err|fatal|panic|critical|crit|emerg|exception|traceback|segfault|segmentation fault)\b/i;

/** Shows the lines that hold what is searched for. */
function search() {
  const wanted = $('log-search').value.trim().toLowerCase();
  let found = 0;
  for (const entry of $('logs').children) {
    entry.hidden = wanted !== '' && !entry.textContent.toLowerCase().includes(wanted);
    if (!entry.hidden) found++;
  }
  $('log-found').textContent = wanted ? t('{0} of {1}', found, $('logs').childElementCount) : '';
}

$('log-search').addEventListener('input', search);

function openLogs() {
  logs?.close();
  const box = $('logs');
  $('log-download').href = `/api/v1/servers/${encodeURIComponent(name)}/logs/download`;
  let rest = [];
  const flush = () => {
    const end = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    box.append(...rest.splice(0));
    search();
    while (box.childElementCount > 2000) box.firstElementChild.remove();
    if (end && $('follow').checked) box.scrollTop = box.scrollHeight;
  };
  let timer = 0;
  logs = follow(`/servers/${encodeURIComponent(name)}/logs?follow=true&tail=300`, {
    start: () => box.replaceChildren(),
    log(entry) {
      rest.push(h('div', { class: isError.test(entry.text) ? 'error' : '' }, entry.at ? h('time', {}, clock(entry.at)) : null, entry.text));
      timer ||= setTimeout(() => { timer = 0; flush(); }, 80);
    },
    end: (_, source) => source.close(),
  });
}

async function history() {
  const lines = await api('GET', `/servers/${encodeURIComponent(name)}/history`);
  $('history').replaceChildren(...lines.map(l => historyLine(l)));
}

async function act(action, text) {
  for (const button of $('actions').children) button.disabled = true;
  try {
    show(await api('POST', `/servers/${encodeURIComponent(name)}/${action}`));
    toast(text);
  } catch (problem) {
    complain(problem);
  } finally {
    for (const button of $('actions').children) button.disabled = false;
  }
}

$('start').onclick = () => act('start', t('Started'));
$('stop').onclick = () => act('stop', t('Stopped'));
$('restart').onclick = () => act('restart', t('Restarted'));
$('sleep').onclick = () => act('sleep', t('Asleep'));
$('wake').onclick = () => act('wake', t('Awake'));
$('rename').onclick = () => {
  $('new-name').value = name;
  $('rename-dialog').showModal();
  $('new-name').select();
};
$('remove').onclick = () => $('remove-dialog').showModal();

$('rename-dialog').addEventListener('close', async () => {
  const wanted = $('new-name').value.trim();
  if ($('rename-dialog').returnValue !== 'go' || !wanted || wanted === name) return;
  try {
    const renamed = await api('POST', `/servers/${encodeURIComponent(name)}/rename`, { name: wanted });
    become(renamed);
    history();
    toast(t('Now {0}', renamed.fullName));
  } catch (problem) {
    complain(problem);
  }
});

$('remove-dialog').addEventListener('close', async () => {
  if ($('remove-dialog').returnValue !== 'go') return;
  try {
    await api('DELETE', `/servers/${encodeURIComponent(name)}?volumes=${$('remove-volumes').checked}&force=${$('remove-force').checked}`);
    location.assign('/');
  } catch (problem) {
    complain(problem);
  }
});

follow('/events', {
  servers(all) {
    banner('');
    const mine = all.find(s => s.name === name) ?? all.find(isThis);
    if (mine) become(mine); else banner(t('There is no server named {0}.', name));
  },
  server(one) { if (one.name === name || isThis(one)) { banner(''); become(one); } },
  gone(one) { if (one.name === name) banner(t('{0} was removed.', name)); },
  usage: all => used.add(all.find(one => one.name === name)),
  engine,
  history(entry) { if (entry.subject === name) $('history').prepend(historyLine(entry)); },
  lost: () => banner(t('Not connected; retrying.')),
});
history().catch(complain);
resume($('progress'), operation => operation.server === name, { ended: () => editing.refresh() });
setInterval(() => server && facts(), 15000);
