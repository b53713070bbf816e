// An ssh box that nobody could log in to: a key is asked for, or a one-time password made.
import { $, api, t } from './app.js';

const form = $('key-form');
let create = null;

/** Asks, and then creates with what was answered; the request stays as it is when the person gives up. */
export function askKey(request, again) {
  create = more => again({ ...request, ...more });
  problem('');
  $('key-dialog').showModal();
  form.elements.key.focus();
}

async function attempt(work) {
  const buttons = form.querySelectorAll('button');
  buttons.forEach(button => { button.disabled = true; });
  try {
    await work();
    $('key-dialog').close();
    form.reset();
  } catch (refused) {
    problem([refused.message, refused.fix].filter(Boolean).join(' '));
  } finally {
    buttons.forEach(button => { button.disabled = false; });
  }
}

form.addEventListener('submit', event => {
  event.preventDefault();
  const [key, account] = [form.elements.key.value.trim(), form.elements.account.value.trim()];
  if (!key && !account) return problem(t('Paste a key, or write the name of an account.'));
  attempt(async () => {
    if (key) await api('POST', '/keys', { key });
    else await api('POST', '/keys/fetch', { from: form.elements.from.value, account, add: true });
    await create({});
  });
});

$('key-password').onclick = () => attempt(() => create({ oneTimePassword: true }));
$('key-cancel').onclick = () => $('key-dialog').close();

function problem(text) {
  $('key-problem').textContent = text;
  $('key-problem').hidden = !text;
}
