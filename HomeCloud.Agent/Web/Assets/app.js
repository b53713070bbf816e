// What all pages share: elements from data (text only, never markup), the API, live events.

const meta = name => document.querySelector(`meta[name="${name}"]`)?.content ?? '';
export const zone = meta('zone');
export const $ = id => document.getElementById(id);

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

export class Problem extends Error {
  constructor(body, status) {
    super(body.title ?? `The server answered ${status}.`);
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
      headers: { 'X-HomeCloud-Form': meta('form-token'), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem({ title: 'HomeCloud does not answer.', fix: 'Check that the agent runs.' }, 0);
  }
  if (response.status === 401 && !path.startsWith('/session') && !path.startsWith('/setup') && path !== '/password') location.assign('/sign-in');
  if (response.status === 429) throw new Problem({ title: 'Too many attempts.', fix: 'Wait a minute.', ...await response.json().catch(() => ({})) }, 429);
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
    type: 'button', class: 'copy', title: 'Copy', 'aria-label': `Copy ${text}`,
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
      toast('Copied');
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
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

export const when = time => new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
export const clock = time => new Date(time).toLocaleTimeString([], { hour12: false });

export function stateText(server) {
  if (server.state === 'running') return server.health === 'unhealthy' ? 'unhealthy' : server.health === 'starting' ? 'starting' : 'running';
  if (server.state === 'stopped' && server.exitCode) return `stopped, exit code ${server.exitCode}`;
  return server.state;
}

export function portChips(server) {
  return server.ports.filter(p => p.port !== 22 || !server.ssh).map(p => p.url && p.open !== false
    ? h('a', { class: 'chip', href: p.url, target: '_blank', rel: 'noreferrer' }, `:${p.port}`)
    : h('span', { class: p.open === false ? 'chip shut' : 'chip', title: p.open === false ? 'does not answer' : '' }, `:${p.port}`));
}

const verbs = {
  created: 'Created', createFailed: 'Could not be created', started: 'Started', stopped: 'Stopped', restarted: 'Restarted', renamed: 'Renamed',
  fellAsleep: 'Fell asleep', woken: 'Woken', wakeFailed: 'Could not be woken', sleepSet: 'Sleep set', changed: 'Changed', updated: 'Updated', takenBack: 'Change taken back', changeFailed: 'Could not be changed', terminalOpened: 'Terminal opened', terminalClosed: 'Terminal closed',
  moved: 'Moved', removed: 'Removed', expired: 'Expired', died: 'Died', nameAdded: 'Name added', nameRemoved: 'Name removed',
  keyAdded: 'SSH key added', keyRemoved: 'SSH key removed', signedIn: 'Signed in', signInFailed: 'Wrong password', signedOut: 'Signed out',
  passwordSet: 'Password set', tokenMade: 'Token created', tokenRevoked: 'Token revoked',
};

export function historyLine(line, withSubject = false) {
  return h('li', {},
    h('time', { datetime: line.at }, when(line.at)),
    h('div', {}, [withSubject && line.subject, verbs[line.kind] ?? line.kind].filter(Boolean).join(': '), line.detail ? ` — ${line.detail}` : '',
      h('div', { class: 'by' }, `by ${line.by}`)));
}

/** A dot in the menu while a health check fails: asked once a page, and again at each examination. */
const health = document.querySelector('nav a[href="/health"]');
export function mark(view) {
  if (!health || view.running) return;
  const bad = view.checks.filter(check => check.severity === 'problem').length;
  health.classList.toggle('bad', bad > 0);
  health.title = bad ? `${bad} problem${bad > 1 ? 's' : ''} found` : '';
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
