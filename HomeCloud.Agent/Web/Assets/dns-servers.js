// Which DNS server is looked at, where the home has several.
import { $, h, t, told } from './app.js';

let listener = () => {};
let drawn = '';

export const dnsServers = {
  /** For a query of the API; empty: all. */
  get chosen() { return $('dns-server').value; },

  onChange(next) { listener = next; },

  /** Redrawn only where it has changed: a list that is open stays. */
  draw(all = []) {
    $('dns-servers').hidden = all.length < 2;
    $('silent-servers').textContent = all.filter(one => one.problem).map(one => t('{0} is missing here: {1}.', one.name, told(one.problem))).join(' ');
    const names = all.filter(one => !one.problem).map(one => one.name);
    if (JSON.stringify(names) === drawn) return;
    drawn = JSON.stringify(names);
    const before = this.chosen;
    $('dns-server').replaceChildren(h('option', { value: '' }, t('All DNS servers')), ...names.map(name => h('option', { value: name }, name)));
    if (names.includes(before)) $('dns-server').value = before;
  },

  /** The one that was looked at has gone. */
  all() { $('dns-server').value = ''; },
};

$('dns-server').addEventListener('change', () => listener());
