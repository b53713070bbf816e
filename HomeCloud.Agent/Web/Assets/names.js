import { $, h, api, follow, banner, complain, toast, zone, t } from './app.js';

async function list() {
  const names = await api('GET', '/names');
  $('names').tBodies[0].replaceChildren(...names.map(name => h('tr', {},
    h('td', {}, `${name.name}.${zone}`),
    h('td', {}, name.aliasOf ? `${name.aliasOf}.${zone}` : name.addresses.join(', ')),
    h('td', {}, h('button', {
      type: 'button', class: 'quiet', 'aria-label': t('Remove {0}', name.name),
      onclick: () => api('DELETE', `/names/${encodeURIComponent(name.name)}`).then(list).catch(complain),
    }, t('Remove'))))));
  $('names').hidden = names.length === 0;
  $('empty').hidden = names.length > 0;
}

$('add').addEventListener('submit', async event => {
  event.preventDefault();
  const { name, target } = event.target.elements;
  const parts = target.value.trim().split(/[\s,]+/);
  const isAddress = parts.every(p => /^[0-9.]+$/.test(p) || p.includes(':'));
  const put = replace => api('PUT', `/names/${encodeURIComponent(name.value.trim().toLowerCase())}?replace=${replace}`, isAddress ? { addresses: parts } : { aliasOf: parts[0] });
  try {
    try {
      await put(false);
    } catch (problem) {
      if (problem.code !== 'nameTaken' || !confirm(`${problem.message} ${t('Take the name over?')}`)) throw problem;
      await put(true);
    }
    toast(t('Added'));
    event.target.reset();
    name.focus();
    await list();
  } catch (problem) {
    complain(problem);
  }
});

follow('/events', { servers: () => banner(''), names: list, lost: () => banner(t('Not connected; retrying.')) });
list().catch(complain);
