// What all pages share: elements from data (text only, never markup), the API, live events.

const meta = name => document.querySelector(`meta[name="${name}"]`)?.content ?? '';
export const zone = meta('zone');
export const language = document.documentElement.lang;
/** Of dates and numbers: as the browser writes the page's language. */
export const locale = navigator.languages.find(one => one.split('-')[0] === language) ?? language;
export const $ = id => document.getElementById(id);

/** A text in the page's language, with its holes filled. The English one is the key, and a literal: a test looks for it. */
export const t = (english, ...parts) => (globalThis.homecloudTexts?.[english] ?? english).replace(/\{(\d)\}/g, (_, hole) => parts[hole]);

/** An element. Children are nodes or text; text can never become markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter(c => c !== null && c !== undefined && c !== false));
  return element;
}

const patterns = Object.entries(globalThis.homecloudTold ?? {}).filter(([english]) => english.includes('{0}')).map(([english, own]) => {
  const parts = english.split(/\{\d\}/).map(part => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  // All but the last are one word: a sentence that has " at " in it is not "IMAGE at ADDRESS".
  return { found: new RegExp(`^${parts.slice(0, -1).join('(\\S+)')}(.+)${parts.at(-1)}$`), own };
});

/** What DNS servers say in English, where it is one of their usual texts. What came from elsewhere stays as it is. */
export function told(text) {
  if (!text) return text;
  const whole = Object.hasOwn(globalThis.homecloudTold ?? {}, text) && globalThis.homecloudTold[text];
  if (whole) return whole;
  for (const { found, own } of patterns) {
    const filled = found.exec(text);
    if (filled) return own.replace(/\{(\d)\}/g, (_, hole) => filled[+hole + 1]);
  }
  return text;
}

export class Problem extends Error {
  constructor(body, status) {
    super(body.title ?? t('The server answered {0}.', status));
    this.fix = body.fix ?? body.detail ?? '';
    this.code = body.code ?? '';
    this.output = body.output ?? [];
    this.status = status;
  }
}

export async function api(method, path, body) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: { 'X-HomeCloud-Form': meta('form-token'), 'Accept-Language': language, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem({ title: t('HomeCloud does not answer.'), fix: t('Check that the agent runs.') }, 0);
  }
  if (response.status === 401 && !path.startsWith('/session') && !path.startsWith('/setup') && path !== '/password') location.assign('/sign-in');
  if (response.status === 429) throw new Problem({ title: t('Too many attempts.'), fix: t('Wait a minute.'), ...await response.json().catch(() => ({})) }, 429);
  if (!response.ok) throw new Problem(await response.json().catch(() => ({})), response.status);
  return response.status === 204 || response.headers.get('content-length') === '0' ? null : response.json();
}

/** Server-sent events; handlers by event type. Comes back by itself. */
export function follow(path, handlers) {
  const source = new EventSource(`/api/v1${path}`);
  for (const [type, handle] of Object.entries(handlers)) {
    if (type !== 'lost') source.addEventListener(type, event => handle(JSON.parse(event.data), source));
  }
  if (path === '/events') source.addEventListener('doctor', event => mark(JSON.parse(event.data)));
  source.onerror = () => handlers.lost?.(source);
  addEventListener('pagehide', () => source.close());
  return source;
}

export function toast(text, bad = false) {
  const element = h('div', { class: bad ? 'toast bad' : 'toast' }, text);
  $('toasts').append(element);
  setTimeout(() => element.remove(), bad ? 9000 : 3500);
}

export const complain = problem => toast([problem.message, problem.fix].filter(Boolean).join(' '), true);

export function banner(text) {
  $('banner').textContent = text;
  $('banner').hidden = !text;
}

export function engine(news) {
  banner(news.away ? `${news.message} ${news.fix ?? ''}` : '');
}

export function copyButton(text) {
  return h('button', {
    type: 'button', class: 'copy', title: t('Copy'), 'aria-label': t('Copy {0}', text),
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without TLS browsers give no clipboard: the older way still works.
        const area = h('textarea', {}, text);
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
      }
      toast(t('Copied'));
    },
  }, text);
}

export function bytes(count) {
  if (!count) return '0';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 2 ** (10 * power);
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

export function ago(time) {
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
  if (seconds < 60) return t('{0} s', Math.floor(seconds));
  if (seconds < 3600) return t('{0} min', Math.floor(seconds / 60));
  if (seconds < 86400) return t('{0} h', Math.floor(seconds / 3600));
  return t('{0} d', Math.floor(seconds / 86400));
}

export const when = time => new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
export const clock = time => new Date(time).toLocaleTimeString(locale, { hour12: false });

const states = {
  running: t('running'), unhealthy: t('unhealthy'), starting: t('starting'), stopped: t('stopped'), asleep: t('asleep'), restarting: t('restarting'),
  paused: t('paused'), created: t('created'), removing: t('removing'),
};

export function stateText(server) {
  if (server.state === 'stopped' && server.exitCode) return t('stopped, exit code {0}', server.exitCode);
  const state = server.state === 'running' && (server.health === 'unhealthy' || server.health === 'starting') ? server.health : server.state;
  return states[state] ?? state;
}

export function portChips(server) {
  return server.ports.filter(p => p.port !== 22 || !server.ssh).map(p => p.url && p.open !== false
    ? h('a', { class: 'chip', href: p.url, target: '_blank', rel: 'noreferrer' }, `:${p.port}`)
    : h('span', { class: p.open === false ? 'chip shut' : 'chip', title: p.open === false ? t('does not answer') : '' }, `:${p.port}`));
}

const verbs = {
  created: t('Created'), createFailed: t('Could not be created'), started: t('Started'), stopped: t('Stopped'), restarted: t('Restarted'), renamed: t('Renamed'),
  fellAsleep: t('Fell asleep'), woken: t('Woken'), wakeFailed: t('Could not be woken'), sleepSet: t('Sleep set'), changed: t('Changed'), updated: t('Updated'), takenBack: t('Change taken back'), changeFailed: t('Could not be changed'), terminalOpened: t('Terminal opened'), terminalClosed: t('Terminal closed'),
  moved: t('Moved'), removed: t('Removed'), expired: t('Expired'), died: t('Died'), nameAdded: t('Name added'), nameRemoved: t('Name removed'),
  recordAdded: t('Record added'), recordRemoved: t('Records removed'), keyAdded: t('SSH key added'), keyRemoved: t('SSH key removed'), signedIn: t('Has signed in'), signInFailed: t('Wrong password'), signedOut: t('Signed out'),
  passwordSet: t('Password set'), tokenMade: t('Token created'), tokenRevoked: t('Token revoked'),
};

export function historyLine(line, withSubject = false) {
  return h('li', {},
    h('time', { datetime: line.at }, when(line.at)),
    h('div', {}, [withSubject && line.subject, verbs[line.kind] ?? line.kind].filter(Boolean).join(': '), line.detail ? ` — ${line.detail}` : '',
      h('div', { class: 'by' }, t('by {0}', line.by))));
}

/** A dot in the menu while something is known to be broken or a health check fails: asked once a page, then told. */
const health = document.querySelector('nav a[href="/health"]');
export function mark(view) {
  if (!health || view.running) return;
  const alarms = (view.alarms ?? []).filter(alarm => !view.checks.some(check => check.id === alarm.id && check.severity === 'problem'));
  const bad = alarms.length + view.checks.filter(check => check.severity === 'problem').length;
  health.classList.toggle('bad', bad > 0);
  health.title = bad === 1 ? t('{0} problem found', bad) : bad ? t('{0} problems found', bad) : '';
}
if (health) fetch('/api/v1/doctor').then(response => response.ok ? response.json() : null).then(view => view && mark(view)).catch(() => null);

/** "/" goes to the first search or name field, as on many pages. */
addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName)) return;
  const field = document.querySelector('input[type=search]:not([hidden])') ?? $('name');
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

// Only over TLS or on the machine itself: browsers give it to no other page.
navigator.serviceWorker?.register('/assets/away.js', { scope: '/' }).catch(() => null);
