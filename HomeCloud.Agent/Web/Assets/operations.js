// What takes a while, step by step; its result stays until it is dismissed, over reloads and other pages too.
import { h, api, follow, complain, t } from './app.js';

const marks = { running: '●', done: '✓', warning: '!', failed: '✕' };
const words = { running: t('running'), done: t('done'), warning: t('warning'), failed: t('failed') };
const shownFor = 15000;

/** Those that run, and the results that nobody has dismissed. */
export async function resume(host, isWanted, options) {
  const all = await api('GET', '/operations').catch(() => []);
  all.filter(isWanted).forEach(operation => watch(host, operation, options));
}

/** options.change puts the request into the form again; options.ended is told of the end. */
export function watch(host, operation, options = {}) {
  if (host.querySelector(`[data-operation="${operation.id}"]`)) return;
  const steps = h('ol', { class: 'steps' });
  const dismiss = () => {
    card.remove();
    api('POST', `/operations/${operation.id}/dismiss`).catch(() => null);
  };
  const close = h('button', { type: 'button', class: 'quiet', 'aria-label': t('Close {0}', operation.server), hidden: true, onclick: dismiss }, t('Close'));
  const cancel = h('button', { type: 'button', class: 'quiet', 'aria-label': t('Cancel {0}', operation.server), onclick: () => {
    cancel.disabled = true;
    api('DELETE', `/operations/${operation.id}`).catch(complain);
  } }, t('Cancel'));
  const card = h('div', { class: 'making', 'data-operation': operation.id }, h('h3', {}, h('span', {}, operation.server), cancel, close), steps);
  const shown = new Map();
  host.prepend(card);
  follow(`/operations/${operation.id}/events`, {
    step(step) {
      const line = h('li', { class: step.state }, h('span', { class: 'mark', 'aria-label': words[step.state], role: 'img' }, marks[step.state]), h('span', {}, step.text),
        h('time', {}, t('{0} s', (step.milliseconds / 1000).toFixed(1))));
      if (step.layers?.length && step.state === 'running') line.append(layers(step.layers));
      else if (step.percent !== undefined && step.state === 'running') line.append(meter(step.percent));
      if (shown.has(step.step)) shown.get(step.step).replaceWith(line); else steps.append(line);
      shown.set(step.step, line);
    },
    done(result, source) {
      source.close();
      cancel.remove();
      close.hidden = false;
      options.ended?.(result);
      if (result.state === 'failed') {
        shown.forEach(line => { if (line.className === 'running') { line.className = 'failed'; line.firstChild.textContent = marks.failed; } });
        card.append(failure(result, again => { dismiss(); watch(host, again, options); }, options.change && (request => { dismiss(); options.change(request); })));
        return;
      }
      const secrets = Object.entries(result.secrets ?? {});
      card.append(success(result, secrets));
      if (!secrets.length) setTimeout(dismiss, shownFor);
    },
  });
}

function failure(result, restarted, change) {
  const { request } = result;
  return h('div', { class: 'outcome bad' }, `${result.problem.message} ${result.problem.fix}`,
    result.problem.output?.length ? h('pre', {}, result.problem.output.join('\n')) : null,
    request && h('div', { class: 'again' },
      h('button', { type: 'button', 'aria-label': t('Try {0} again', result.server), onclick: () => api('POST', '/servers', request).then(restarted).catch(complain) }, t('Try again')),
      change && h('button', { type: 'button', class: 'quiet', 'aria-label': t('Change {0}', result.server), onclick: () => change(request) }, t('Change'))));
}

function success(result, secrets) {
  const links = h('span', {}, h('a', { href: `/servers/${encodeURIComponent(result.server)}` }, t('Details')));
  const seconds = (result.elapsedMilliseconds / 1000).toFixed(1);
  api('GET', `/servers/${encodeURIComponent(result.server)}`).then(server => {
    const open = openLink(server);
    if (open) links.prepend(open, ' ');
  }).catch(() => null);
  return h('div', { class: 'outcome good' }, `${result.kind === 'created' ? t('Ready in {0} s.', seconds) : t('Done in {0} s.', seconds)} `, links,
    secrets.length ? h('pre', {}, `${t('Shown until you close it:')}\n${secrets.map(([key, value]) => `${key}=${value}`).join('\n')}`) : null);
}

/** To what a browser can open of a server: its first port that answers. */
export function openLink(server, properties = {}) {
  const port = server.ports.find(p => p.url && p.open === true) ?? server.ports.find(p => p.url && p.open !== false);
  return port && h('a', { href: port.url, target: '_blank', rel: 'noreferrer', 'aria-label': t('Open {0}', server.name), ...properties }, t('Open'));
}

function meter(percent) {
  const bar = h('i');
  bar.style.width = `${percent}%`;
  return h('span', { class: 'meter' }, bar);
}

function layers(all) {
  return h('span', { class: 'layers', role: 'img', 'aria-label': t('{0} of {1} layers', all.filter(l => l.isDone).length, all.length) }, ...all.map(layer => {
    const bar = h('b');
    bar.style.width = `${layer.isDone ? 100 : layer.total ? 100 * layer.current / layer.total : 0}%`;
    return h('i', { title: `${layer.id} ${layer.status}` }, bar);
  }));
}
