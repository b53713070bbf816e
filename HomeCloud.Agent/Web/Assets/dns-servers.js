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
    const names = JSON.stringify(all.map(one => one.name));
    if (names === drawn) return;
    drawn = names;
    const before = this.chosen;
    $('dns-server').replaceChildren(h('option', { value: '' }, t('All DNS servers')), ...all.map(one => h('option', { value: one.name }, one.name)));
    if (all.some(one => one.name === before)) $('dns-server').value = before;
  },
};

$('dns-server').addEventListener('change', () => listener());
