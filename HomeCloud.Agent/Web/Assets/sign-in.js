import { $, api, t } from './app.js';

async function send(path, body) {
  $('problem').textContent = '';
  try {
    await api('POST', path, body);
    location.assign('/');
  } catch (problem) {
    $('problem').textContent = [problem.message, problem.fix].filter(Boolean).join(' ');
    $('password').select();
  }
}

$('sign-in')?.addEventListener('submit', event => {
  event.preventDefault();
  send('/session', { password: $('password').value });
});

$('setup')?.addEventListener('submit', event => {
  event.preventDefault();
  if ($('password').value !== $('again').value) {
    $('problem').textContent = t('The two passwords differ.');
    return;
  }
  // The key came in the fragment, which no server log ever sees.
  send('/setup', { password: $('password').value, key: location.hash.slice(1) });
});
