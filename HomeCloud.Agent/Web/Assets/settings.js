import { $, h, api, follow, complain, toast, when, historyLine } from './app.js';

async function keys() {
  const all = await api('GET', '/keys');
  $('keys').replaceChildren(...all.map(({ key }) => {
    const [type, body, ...comment] = key.split(' ');
    return h('li', {}, h('span', {}, `${comment.join(' ') || 'no comment'} `, h('small', { class: 'help' }, `${type} …${body.slice(-12)}`)),
      h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove key ${comment.join(' ')}`, onclick: () => api('DELETE', `/keys?key=${encodeURIComponent(key)}`).then(keys).catch(complain) }, 'Remove'));
  }));
}

async function tokens() {
  const all = await api('GET', '/tokens');
  $('tokens').replaceChildren(...all.map(token => h('li', {}, h('span', {}, `${token.name} `, h('small', { class: 'help' }, `created ${when(token.created)}`)),
    h('button', { type: 'button', class: 'quiet', 'aria-label': `Revoke ${token.name}`, onclick: () => api('DELETE', `/tokens/${encodeURIComponent(token.name)}`).then(tokens).catch(complain) }, 'Revoke'))));
}

async function sessions() {
  const all = await api('GET', '/sessions');
  $('sessions').replaceChildren(...all.map(session => h('li', {}, h('span', {}, `${browser(session.browser)} at ${session.from} `,
    h('small', { class: 'help' }, `since ${when(session.created)}${session.current ? ' · this browser' : ''}`)),
    session.current ? null : h('button', { type: 'button', class: 'quiet', 'aria-label': `End ${browser(session.browser)} at ${session.from}`, onclick: () => api('DELETE', `/sessions/${session.id}`).then(sessions).catch(complain) }, 'End'))));
}

/** The name that a browser is known by, out of all that it calls itself. */
const browser = agent => /(Firefox|Edg|OPR|Chrome|Safari|curl)\//.exec(agent)?.[1].replace('Edg', 'Edge').replace('OPR', 'Opera') ?? 'A browser';

$('add-key').addEventListener('submit', event => {
  event.preventDefault();
  api('POST', '/keys', { key: event.target.elements.key.value }).then(() => { event.target.reset(); toast('Added'); return keys(); }).catch(complain);
});

$('add-token').addEventListener('submit', event => {
  event.preventDefault();
  const name = event.target.elements.name.value;
  const add = replace => api('POST', '/tokens', { name, replace });
  add(false).catch(problem => {
    if (problem.code !== 'nameTaken' || !confirm(`${problem.message} End it and create a new one?`)) throw problem;
    return add(true);
  }).then(made => {
    event.target.reset();
    $('made').hidden = false;
    $('made').textContent = made.token;
    toast('Shown only once');
    return tokens();
  }).catch(complain);
});

$('theme').value = document.documentElement.dataset.theme ?? '';
$('theme').addEventListener('change', () => {
  try {
    localStorage.setItem('theme', $('theme').value);
  } catch {
    toast('This browser keeps nothing, so the theme lasts as long as this page.', true);
  }
  if ($('theme').value) document.documentElement.dataset.theme = $('theme').value; else delete document.documentElement.dataset.theme;
});

$('sign-out').onclick = () => api('DELETE', '/session').then(() => location.assign('/sign-in')).catch(complain);

api('GET', '/status').then(status => { $('version').textContent = `HomeCloud ${status.version} · ${status.registry}`; }).catch(complain);
api('GET', '/history?limit=200').then(lines => $('history').replaceChildren(...lines.map(l => historyLine(l, true)))).catch(complain);
follow('/events', { history: line => $('history').prepend(historyLine(line, true)) });
keys().catch(complain);
tokens().catch(complain);
sessions().catch(complain);
