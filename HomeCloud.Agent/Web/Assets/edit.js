// Editing a server: settings, a newer image, and back.
import { $, api, complain, toast, when, t } from './app.js';

const form = $('edit-form');
const field = name => form.elements[name];
const value = name => field(name).value.trim();

/** page.path, page.server, page.show, page.watch: of the server's page. */
export function edit(page) {
  let before = null;
  let asked = 0;

  /** What the buttons and the notice go by; asked when another container has the name. */
  async function refresh() {
    const mine = ++asked;
    const can = page.server().ours && !page.server().role;
    $('update').hidden = !can;
    if (!can) return;
    const now = await api('GET', `${page.path()}/settings`).catch(() => null);
    if (mine !== asked) return;
    $('undo').hidden = !now?.previous;
    const told = await api('GET', `${page.path()}/image`).catch(() => null);
    // A later question has the later answer.
    if (mine !== asked) return;
    $('news').hidden = !told?.isNewer;
    $('news').textContent = told?.isNewer ? t('There is a newer {0}.', told.image) : '';
  }

  async function begin(what) {
    try {
      page.watch(await api('POST', `${page.path()}/${what}`));
    } catch (problem) {
      complain(problem);
    }
  }

  $('edit').onclick = async () => {
    try {
      before = await api('GET', `${page.path()}/settings`);
    } catch (problem) {
      complain(problem);
      return;
    }
    field('memory').value = before.memoryBytes ? size(before.memoryBytes) : '';
    field('cpus').value = before.cpus || '';
    field('expiresIn').value = '';
    field('expiresIn').placeholder = before.expiresAt ? when(before.expiresAt) : t('never (example: 2h, 7d)');
    field('sleep').value = before.sleep ?? '';
    field('aliases').value = before.aliases.join(' ');
    field('environment').value = lines(before.environment);
    field('newMac').checked = false;
    for (const part of form.querySelectorAll('.ours')) part.hidden = !page.server().ours;
    problem('');
    $('edit-dialog').showModal();
  };

  $('edit-cancel').onclick = () => $('edit-dialog').close();

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const wanted = changes(before);
    if (typeof wanted === 'string') return problem(wanted);
    if (!Object.keys(wanted).length) return $('edit-dialog').close();
    $('edit-go').disabled = true;
    try {
      const answer = await api('POST', `${page.path()}/set`, wanted);
      $('edit-dialog').close();
      if (answer.steps) page.watch(answer);
      else {
        page.show(answer);
        toast(t('Saved'));
      }
    } catch (refused) {
      problem([refused.message, refused.fix].filter(Boolean).join(' '));
    } finally {
      $('edit-go').disabled = false;
    }
  });

  $('update').onclick = () => $('update-dialog').showModal();
  $('update-dialog').addEventListener('close', () => { if ($('update-dialog').returnValue === 'go') begin('update'); });
  $('undo').onclick = () => begin('undo');

  return { refresh };
}

function problem(text) {
  $('edit-problem').textContent = text;
  $('edit-problem').hidden = !text;
}

/** What is other than before, or what is wrong with it. */
function changes(before) {
  const wanted = {};
  if (value('sleep') !== (before.sleep ?? '')) wanted.sleep = value('sleep') || 'never';
  if (value('memory') !== (before.memoryBytes ? size(before.memoryBytes) : '')) wanted.memory = value('memory') || 'none';
  const cores = value('cpus').replace(',', '.');
  if (cores && !/^\d+(\.\d+)?$/.test(cores)) return t('{0} is not a number of cores (example: 1.5).', value('cpus'));
  if (Number(cores || 0) !== before.cpus) wanted.cpus = Number(cores || 0);
  if (value('expiresIn')) wanted.expiresIn = value('expiresIn');
  if (value('aliases') !== before.aliases.join(' ')) wanted.aliases = value('aliases').split(/[\s,、，]+/).filter(Boolean);
  const written = field('environment').value.split('\n').map(l => l.trim()).filter(Boolean);
  const odd = written.find(l => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(l));
  if (odd) return t('{0} is not a variable: write it as NAME=value.', odd);
  const now = Object.fromEntries(written.map(l => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]));
  const changed = Object.entries(now).filter(([key, text]) => before.environment[key] !== text);
  const gone = Object.keys(shown(before.environment)).filter(key => !(key in now)).map(key => [key, null]);
  if (changed.length + gone.length) wanted.environment = Object.fromEntries([...changed, ...gone]);
  if (field('newMac').checked) wanted.newMac = true;
  return wanted;
}

/** A value of several lines, keys for example, is not edited here, and stays. */
const shown = environment => Object.fromEntries(Object.entries(environment).filter(([, text]) => !text.includes('\n')));
const lines = environment => Object.entries(shown(environment)).map(([key, text]) => `${key}=${text}`).join('\n');

/** As it is typed: 512m, 2g, or bytes. */
function size(count) {
  for (const [unit, power] of [['g', 30], ['m', 20], ['k', 10]]) if (count % 2 ** power === 0) return `${count / 2 ** power}${unit}`;
  return String(count);
}
