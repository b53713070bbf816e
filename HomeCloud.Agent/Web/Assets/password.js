import { $, api, t } from './app.js';

$('change-password').addEventListener('submit', async event => {
  event.preventDefault();
  $('problem').textContent = '';
  if ($('password').value !== $('again').value) {
    $('problem').textContent = t('The two passwords differ.');
    return;
  }
  try {
    await api('PUT', '/password', { current: $('current').value, password: $('password').value });
    location.assign('/settings');
  } catch (problem) {
    $('problem').textContent = [problem.message, problem.fix].filter(Boolean).join(' ');
    $('current').select();
  }
});
