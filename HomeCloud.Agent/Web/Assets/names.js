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
  const parts = target.value.trim().split(/[\s,、，]+/);
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

/** Records of any type: of the DNS server of this process, if there is one. */
async function records() {
  const all = await api('GET', '/dns/records');
  $('records-section').hidden = all === null;
  if (all === null) return;
  let above = '';
  $('records').tBodies[0].replaceChildren(...all.map(record => {
    // One button for all records of a name: they go together.
    const first = record.name !== above;
    above = record.name;
    return h('tr', {},
      h('td', {}, record.name.replace(/\.$/, '')), h('td', {}, record.type), h('td', {}, record.deleted ? t('deleted') : record.data), h('td', {}, record.deleted ? '' : String(record.ttl)),
      h('td', {}, first && h('button', {
        type: 'button', class: 'quiet', 'aria-label': t('Remove {0}', record.name),
        onclick: () => api('DELETE', `/dns/records/${encodeURIComponent(record.name)}`).then(records).catch(complain),
      }, t('Remove'))));
  }));
  $('records').hidden = all.length === 0;
}

$('add-record').addEventListener('submit', async event => {
  event.preventDefault();
  const { name, type, data, ttl } = event.target.elements;
  try {
    await api('POST', '/dns/records', { name: name.value, type: type.value, data: data.value, ttl: ttl.value ? Number(ttl.value) : null });
    toast(t('Added'));
    event.target.reset();
    name.focus();
    await records();
  } catch (problem) {
    complain(problem);
  }
});

follow('/events', { servers: () => banner(''), names: list, lost: () => banner(t('Not connected; retrying.')) });
list().catch(complain);
records().catch(complain);
