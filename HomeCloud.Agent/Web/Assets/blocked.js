// What was blocked in an hour, a day or a week: its share of all answers over time, the names, and who asked for them.
import { $, clock, when, t, locale } from './app.js';
import { flow } from './flow.js';
import { queries } from './queries.js';

const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const counted = { 60: t('blocked in a minute'), 300: t('blocked in five minutes'), 1800: t('blocked in half an hour') };

const answers = one => one.local + one.cached + one.forwarded + one.blocked + one.failed;
const share = one => 100 * one.blocked / Math.max(1, answers(one));

function tell(step, at, { step: seconds, now }) {
  const time = seconds >= 300 ? when(at * 1000) : clock(at * 1000);
  if (!step) return `${time}: ${at > now ? t('not yet') : t('no data')}`;
  return `${time}: ${t('{0} of {1} answers blocked, {2} %', number.format(step.blocked), number.format(answers(step.whole)), number.format(share(step.whole)))}`;
}

const chart = flow($('share'), { tell, show: text => { $('share-value').textContent = text; } });

export const blocked = {
  /** Where nothing was blocked there is nothing to draw. */
  draw(figures) {
    $('blocked').hidden = !figures?.blocked;
    if (!figures?.blocked) return;
    const to = figures.from + Math.ceil((figures.to + 1 - figures.from) / figures.stepSeconds) * figures.stepSeconds;
    chart.draw({
      from: figures.from, to, now: figures.to, step: figures.stepSeconds, per: 1, unit: t('% of answers blocked'), failures: counted[figures.stepSeconds],
      // A share needs no division by time; below it stand the numbers themselves.
      steps: figures.steps.map(one => ({ at: one.at, seconds: one.seconds, share: share(one) * Math.max(1, one.seconds), blocked: one.blocked, failed: one.blocked, whole: one })),
      series: [{ key: 'share', tone: 5 }],
      title: t('Blocked share of answers. Arrow keys move through the time'),
    });
  },

  /** With the names and devices of the same time. */
  top(found, bars) {
    bars('blocked-names', found?.blockedNames ?? [], filter => queries.find({ filter, source: 'blocked' }));
    bars('blocked-clients', found?.blockedClients ?? [], client => queries.find({ client, source: 'blocked' }));
  },
};
