// The filter of the list: words, all of which must be found. It stands in the address, so a reload and a bookmark keep it.

/** What people call the state that a server is in. */
export function stateWords(server, isNewer = false, shown = '') {
  const words = {
    running: ['running', 'up', 'on'],
    asleep: ['asleep', 'sleeping'],
    stopped: ['stopped', 'down', 'off', 'exited'],
    restarting: ['crashing', 'restarting', 'failed'],
    paused: ['paused'],
    created: ['created'],
  }[server.state] ?? [server.state];
  if (server.state === 'running' && server.health) words.push(server.health);
  if (server.state === 'stopped' && server.exitCode) words.push('failed');
  if (isNewer) words.push('newer', 'outdated', 'update');
  return [...words, shown];
}

/**
 * A state's word is taken whole, or from its third letter on: "healthy" is not "unhealthy", and "r" is the start of a name. No name
 * has letters of another script, so there two are enough. shown is the state in the page's language.
 */
export function matches(server, text, isNewer = false, shown = '') {
  const states = stateWords(server, isNewer, shown);
  const enough = word => word.length > (/[^\x00-\x7f]/.test(word) ? 1 : 2);
  const all = [server.name, server.fullName, server.image, server.template, server.network, server.keptAddress, ...server.addresses, ...server.aliases]
    .filter(Boolean).join('\n').toLowerCase();
  return text.toLowerCase().split(/\s+/).filter(Boolean)
    .every(word => all.includes(word) || states.some(state => state === word || (enough(word) && state.startsWith(word))));
}

/** Calls changed with the text at once, and whenever it is another. */
export function filterField(field, changed) {
  const tell = () => {
    const text = field.value.trim();
    const address = new URL(location.href);
    if (text) address.searchParams.set('filter', text); else address.searchParams.delete('filter');
    if (address.href !== location.href) history.replaceState(null, '', address);
    changed(text);
  };
  field.value = new URLSearchParams(location.search).get('filter') ?? '';
  field.addEventListener('input', tell);
  field.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (!field.value) return field.blur();
    field.value = '';
    tell();
  });
  tell();
}
