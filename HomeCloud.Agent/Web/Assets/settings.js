import { $, h, api, follow, complain, toast, when, historyLine, t } from './app.js';

async function keys() {
  const all = await api('GET', '/keys');
  $('keys').replaceChildren(...all.map(({ key }) => {
    const [type, body, ...comment] = key.split(' ');
    return h('li', {}, h('span', {}, `${comment.join(' ') || t('no comment')} `, h('small', { class: 'help' }, `${type} …${body.slice(-12)}`)),
      h('button', { type: 'button', class: 'quiet', 'aria-label': t('Remove key {0}', comment.join(' ')), onclick: () => api('DELETE', `/keys?key=${encodeURIComponent(key)}`).then(keys).catch(complain) }, t('Remove')));
  }));
}

async function tokens() {
  const all = await api('GET', '/tokens');
  $('tokens').replaceChildren(...all.map(token => h('li', {}, h('span', {}, `${token.name} `, h('small', { class: 'help' }, t('created {0}', when(token.created)))),
    h('button', { type: 'button', class: 'quiet', 'aria-label': t('Revoke {0}', token.name), onclick: () => api('DELETE', `/tokens/${encodeURIComponent(token.name)}`).then(tokens).catch(complain) }, t('Revoke')))));
}

async function sessions() {
  const all = await api('GET', '/sessions');
  $('sessions').replaceChildren(...all.map(session => h('li', {}, h('span', {}, `${t('{0} at {1}', browser(session.browser), session.from)} `,
    h('small', { class: 'help' }, `${t('since {0}', when(session.created))}${session.current ? ` · ${t('this browser')}` : ''}`)),
    session.current ? null : h('button', { type: 'button', class: 'quiet', 'aria-label': t('End {0} at {1}', browser(session.browser), session.from), onclick: () => api('DELETE', `/sessions/${session.id}`).then(sessions).catch(complain) }, t('End')))));
}

/** The name that a browser is known by, out of all that it calls itself. */
const browser = agent => /(Firefox|Edg|OPR|Chrome|Safari|curl)\//.exec(agent)?.[1].replace('Edg', 'Edge').replace('OPR', 'Opera') ?? t('A browser');

$('add-key').addEventListener('submit', event => {
  event.preventDefault();
  api('POST', '/keys', { key: event.target.elements.key.value }).then(() => { event.target.reset(); toast(t('Added')); return keys(); }).catch(complain);
});

$('add-token').addEventListener('submit', event => {
  event.preventDefault();
  const name = event.target.elements.name.value;
  const add = replace => api('POST', '/tokens', { name, replace });
  add(false).catch(problem => {
    if (problem.code !== 'nameTaken' || !confirm(`${problem.message} ${t('End it and create a new one?')}`)) throw problem;
    return add(true);
  }).then(made => {
    event.target.reset();
    $('made').hidden = false;
    $('made').textContent = made.token;
    toast(t('Shown only once'));
    return tokens();
  }).catch(complain);
});

$('theme').value = document.documentElement.dataset.theme ?? '';
$('theme').addEventListener('change', () => {
  try {
    localStorage.setItem('theme', $('theme').value);
  } catch {
    toast(t('This browser keeps nothing, so the theme lasts as long as this page.'), true);
  }
  if ($('theme').value) document.documentElement.dataset.theme = $('theme').value; else delete document.documentElement.dataset.theme;
});

/** A cookie, because the agent writes most texts. It writes the cookie anew with each page, so that it stays. */
$('language').addEventListener('change', () => {
  const language = $('language').value;
  document.cookie = `homecloud-language=${language}; path=/; samesite=lax; max-age=${language ? 400 * 86400 : 0}`;
  location.reload();
});

$('sign-out').onclick = () => api('DELETE', '/session').then(() => location.assign('/sign-in')).catch(complain);

api('GET', '/status').then(status => { $('version').textContent = `HomeCloud ${status.version} · ${status.registry}`; }).catch(complain);
api('GET', '/history?limit=200').then(lines => $('history').replaceChildren(...lines.map(l => historyLine(l, true)))).catch(complain);
follow('/events', { history: line => $('history').prepend(historyLine(line, true)) });
keys().catch(complain);
tokens().catch(complain);
sessions().catch(complain);
