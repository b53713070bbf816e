// Several servers at once: each by its own request, so each has the checks, the history and the refusal that it would have alone.
import { $, h, api, t } from './app.js';

const atOnce = 4;
const marks = { waiting: '·', running: '●', done: '✓', skipped: '–', failed: '✕' };
const verbs = {
  start: { doing: t('Start'), done: t('started'), counted: n => t('{0} started', n), why: s => s.state === 'running' && t('runs already') },
  stop: { doing: t('Stop'), done: t('has stopped'), counted: n => t('{0} stopped', n), why: s => (s.state === 'stopped' || s.state === 'created') && t('does not run') },
  restart: { doing: t('Restart'), done: t('restarted'), counted: n => t('{0} restarted', n), why: s => s.state !== 'running' && s.state !== 'restarting' && t('does not run') },
  sleep: { doing: t('Sleep'), done: t('fell asleep'), counted: n => t('{0} asleep', n), why: s => s.state === 'asleep' && t('sleeps already') },
  remove: { doing: t('Remove'), done: t('removed'), counted: n => t('{0} removed', n), why: () => '' },
};
const words = { waiting: t('waiting'), running: t('running'), done: t('done'), skipped: t('left as it was'), failed: t('failed') };

/** rows: by name, with server, element and box. HomeCloud's own containers have no box. */
export function bulk(rows) {
  const buttons = [...$('bulk').querySelectorAll('[data-action]')];
  let selecting = false;
  let busy = false;

  const choosable = () => [...rows.values()].filter(parts => !parts.server.role && !parts.element.hidden);
  const chosen = () => choosable().filter(parts => parts.box.checked);

  function select(on) {
    selecting = on;
    $('select').setAttribute('aria-pressed', on);
    $('select').textContent = on ? t('Done') : t('Select');
    $('bulk').hidden = !on;
    $('servers').classList.toggle('selecting', on);
    for (const parts of rows.values()) parts.box.checked = false;
    refresh();
  }

  /** What the filter hides leaves the selection: nothing is done to a server that cannot be seen. */
  function refresh() {
    for (const parts of rows.values()) {
      if (parts.element.hidden) parts.box.checked = false;
      parts.box.hidden = !selecting;
    }
    const [all, some] = [choosable().length, chosen().length];
    $('select').hidden = !selecting && all === 0;
    $('select-all').checked = all > 0 && some === all;
    $('select-all').indeterminate = some > 0 && some < all;
    $('select-all').disabled = all === 0;
    $('selected').textContent = t('{0} of {1} selected', some, all);
    for (const button of buttons) button.disabled = busy || some === 0;
  }

  async function run(action, servers, query = '') {
    const verb = verbs[action];
    const lines = new Map(servers.map(server => [server.name, h('li', {})]));
    const queue = [...servers];
    const head = h('span', { role: 'status' });
    const count = { done: 0, skipped: 0, failed: 0 };
    const say = (name, state, text) => {
      lines.get(name).className = state;
      lines.get(name).replaceChildren(h('span', { class: 'mark', role: 'img', 'aria-label': words[state] }, marks[state]), h('span', {}, name + text));
      if (state in count) count[state]++;
      const ended = count.done + count.skipped + count.failed;
      head.textContent = ended < servers.length
        ? `${verb.doing}: ${t('{0} of {1}', ended, servers.length)}`
        : `${verb.doing}: ${[verb.counted(count.done), count.skipped && t('{0} left as they were', count.skipped), count.failed && t('{0} failed', count.failed)].filter(Boolean).join(t(', '))}`;
    };
    const halt = h('button', { type: 'button', class: 'quiet', onclick: () => { for (const server of queue.splice(0)) say(server.name, 'skipped', ` ${words.skipped}`); } }, t('Stop here'));
    const close = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => $('bulk-result').replaceChildren() }, t('Close'));
    $('bulk-result').replaceChildren(h('div', { class: 'making' }, h('h3', {}, head, halt, close), h('ol', { class: 'steps' }, ...lines.values())));
    for (const server of servers) say(server.name, 'waiting', '');

    async function next() {
      for (let server; (server = queue.shift());) {
        const path = `/servers/${encodeURIComponent(server.name)}`;
        const why = verb.why(rows.get(server.name)?.server ?? server);
        if (why) {
          say(server.name, 'skipped', ` ${why}`);
          continue;
        }
        say(server.name, 'running', '');
        try {
          await (action === 'remove' ? api('DELETE', path + query) : api('POST', `${path}/${action}`));
          say(server.name, 'done', ` ${verb.done}`);
          // Those that failed stay selected.
          if (rows.has(server.name)) rows.get(server.name).box.checked = false;
        } catch (problem) {
          say(server.name, 'failed', `: ${[problem.message, problem.fix].filter(Boolean).join(' ')}`);
        }
        refresh();
      }
    }

    busy = true;
    refresh();
    await Promise.all(Array.from({ length: atOnce }, next));
    busy = false;
    halt.hidden = true;
    close.hidden = false;
    refresh();
  }

  $('select').onclick = () => select(!selecting);
  $('select-all').onchange = event => {
    for (const parts of choosable()) parts.box.checked = event.target.checked;
    refresh();
  };
  $('servers').addEventListener('change', refresh);

  let asked = [];
  for (const button of buttons) {
    button.onclick = () => {
      asked = chosen().map(parts => parts.server);
      if (button.dataset.action !== 'remove') return run(button.dataset.action, asked);
      $('bulk-remove-title').textContent = asked.length === 1 ? t('Remove this server?') : t('Remove {0} servers?', asked.length);
      $('bulk-remove-names').textContent = asked.map(server => server.name).join(', ');
      $('bulk-volumes').checked = $('bulk-force').checked = false;
      $('bulk-remove').returnValue = '';
      $('bulk-remove').showModal();
    };
  }
  $('bulk-remove').addEventListener('close', () => {
    if ($('bulk-remove').returnValue === 'go') run('remove', asked, `?volumes=${$('bulk-volumes').checked}&force=${$('bulk-force').checked}`);
  });
  addEventListener('beforeunload', event => { if (busy) event.preventDefault(); });
  return refresh;
}
