import { $, h, api, follow, banner, complain, copyButton, when, t, language } from './app.js';

const words = { problem: t('Problem'), warning: t('Warning'), note: t('Note'), ok: t('Fine') };
const order = { problem: 0, warning: 1, note: 2, ok: 3 };

// The commands of a fix stand behind two spaces: those are what one wants to copy.
function fix(text) {
  return h('div', { class: 'fix' }, ...text.split('\n').map(line => {
    const parts = line.split(/ {2,}/).map(p => p.trim()).filter(Boolean);
    return h('p', {}, ...parts.flatMap((part, i) => [i ? ' ' : '', isCommand(part) ? copyButton(part) : part]));
  }));
}

const isCommand = text => /^(sudo|docker|homecloud|\.\/homecloud|systemctl|ip|uci|resolvectl|redis-cli|ufw|nft|iptables|netplan|sysctl|timedatectl|chronyc) [^;]*$/.test(text);

// Names and paths stay as they are, at the beginning of a sentence too: /etc/resolv.conf, airplay.home, 'lan0'. In Japanese a Latin word is a name.
const sentence = text => language === 'en' && /^[a-z]+[ ,:]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;

const headline = text => text[0].toUpperCase() + text.slice(1);

function finding(check, found) {
  return h('li', { class: `finding is-${found.severity}` },
    h('span', { class: 'badge' }, words[found.severity]),
    h('div', {}, h('h3', {}, headline(check.title)), h('p', {}, sentence(found.message)), found.fix ? fix(found.fix) : null));
}

function verdict(view, all) {
  if (view.running) return t('Checking: {0} of {1} …', view.checks.length, view.total);
  const count = severity => all.filter(([, f]) => f.severity === severity).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const parts = [
    problems && (problems === 1 ? t('{0} problem', problems) : t('{0} problems', problems)),
    warnings && (warnings === 1 ? t('{0} warning', warnings) : t('{0} warnings', warnings)),
  ].filter(Boolean);
  const text = parts.length === 2 ? t('{0} and {1}', ...parts) : parts[0] ?? t('No problems found');
  return `${text} · ${t('{0} checks, {1}', view.checks.length, when(view.endedAt))}`;
}

let shown = null;

function show(view) {
  // The answer to our own question may come after the events of the same examination: what is older is not shown again.
  if (shown && view.startedAt === shown.startedAt && view.running && (!shown.running || view.checks.length < shown.checks.length)) return;
  shown = view;
  $('examine').disabled = view.running;
  $('note').hidden = !view.note;
  $('note').textContent = view.note ?? '';
  $('running').hidden = !view.running;
  $('bar').style.width = `${100 * view.checks.length / Math.max(1, view.total)}%`;
  // An alarm is newer than an examination.
  const alarms = (view.alarms ?? []).map(alarm => [alarm, { severity: 'problem', message: alarm.message }]);
  const all = [...alarms, ...view.checks.flatMap(check => check.findings.map(f => [check, f]))];
  const bad = all.filter(([, f]) => f.severity === 'problem' || f.severity === 'warning').sort((a, b) => order[a[1].severity] - order[b[1].severity]);
  const good = all.filter(([, f]) => f.severity === 'ok');
  const notes = all.filter(([, f]) => f.severity === 'note');
  if (view.startedAt) $('verdict').textContent = verdict(view, all);
  $('verdict').className = `verdict ${view.running || !(view.startedAt || alarms.length) ? '' : `is-${bad[0]?.[1].severity ?? 'ok'}`}`;
  $('found').hidden = !bad.length;
  $('fine').hidden = !good.length;
  $('notes-section').hidden = !notes.length;
  $('notes-count').textContent = notes.length;
  $('notes').replaceChildren(...notes.map(([c, f]) => finding(c, f)));
  $('troubles').replaceChildren(...bad.map(([c, f]) => finding(c, f)));
  $('goods').replaceChildren(...good.map(([c, f]) => finding(c, f)));
}

$('examine').onclick = () => api('POST', '/doctor').then(show).catch(complain);

// Asked again at each connection: what came meanwhile is not told twice.
follow('/events', {
  servers() {
    banner('');
    api('GET', '/doctor').then(show).catch(complain);
  },
  doctor: show,
  lost: () => banner(t('Not connected; retrying.')),
});
