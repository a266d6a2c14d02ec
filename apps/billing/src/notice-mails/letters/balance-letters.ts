import { dateIn, type Letter } from '@modelbridge/mail';
import type { FactsByKind, LimitFacts } from '../../notices/notice.js';
import { dollars, planName } from '../wording.js';
import type { LetterContext } from './context.js';

export function balanceLow(
  { balance_nano_usd, threshold_nano_usd }: FactsByKind['balance_low'],
  { appUrl }: LetterContext,
): Letter {
  return {
    subject: `Your balance is low: ${dollars(balance_nano_usd)}`,
    paragraphs: [
      `Your balance fell below ${dollars(threshold_nano_usd)}. Requests are refused once it is used up.`,
    ],
    rows: [['Balance', dollars(balance_nano_usd)]],
    link: { label: 'Pay in', url: `${appUrl}/app/billing` },
  };
}

export function balanceExhausted(
  { balance_nano_usd }: FactsByKind['balance_exhausted'],
  { appUrl }: LetterContext,
): Letter {
  return {
    subject: 'Your balance is used up',
    paragraphs: ['Requests are refused until money is paid in.'],
    rows: [['Balance', dollars(balance_nano_usd)]],
    link: { label: 'Pay in', url: `${appUrl}/app/billing` },
  };
}

const periods: Record<LimitFacts['period'], string> = {
  total: 'in total',
  month: 'this month',
  week: 'this week',
  day: 'today',
};

function limitName({ scope, period, scope_id }: LimitFacts, context: LetterContext): string {
  const { limited = scope_id, isMember } = context;
  switch (scope) {
    case 'account':
      return period === 'total' ? 'the credit line' : 'the limit of the account';
    case 'member':
      return isMember ? 'your limit' : `the limit of ${limited}`;
    case 'key':
      return `the limit of the key ${limited}`;
  }
}

function limitRows(facts: LimitFacts): [string, string][] {
  return [
    ['Limit', dollars(facts.limit_nano_usd)],
    ['Used', `${dollars(facts.used_nano_usd)} ${periods[facts.period]}`],
    ['Of', facts.scope_id],
  ];
}

export function limitReached80(facts: LimitFacts, context: LetterContext): Letter {
  const name = limitName(facts, context);
  return {
    subject: `80 % of ${name} are used`,
    paragraphs: [`Requests that do not fit into ${name} are refused.`],
    rows: limitRows(facts),
    link: { label: 'See the limits', url: `${context.appUrl}/app/billing` },
  };
}

export function limitReached100(facts: LimitFacts, context: LetterContext): Letter {
  const name = limitName(facts, context);
  return {
    subject: `${name.charAt(0).toUpperCase()}${name.slice(1)} is reached`,
    paragraphs: [
      facts.period === 'total'
        ? 'Requests are refused until there is room again.'
        : 'Requests are refused until the limit is raised or its period ends (UTC).',
    ],
    rows: limitRows(facts),
    link: { label: 'See the limits', url: `${context.appUrl}/app/billing` },
  };
}

/** Between the clocks of who wrote the fact and who dated the notice. */
const clockSkewMs = 60_000;

export function planChanged(
  { from_plan, to_plan, effective_at }: FactsByKind['plan_changed'],
  { timeZone, createdAt }: LetterContext,
): Letter {
  const effectiveAt = new Date(effective_at);
  const to = planName(to_plan);
  const isToCome = effectiveAt.getTime() > createdAt.getTime() + clockSkewMs;
  return {
    subject: isToCome ? `Your plan changes to ${to}` : `Your plan is now ${to}`,
    paragraphs: [
      isToCome
        ? 'You keep the plan that you have until the period ends.'
        : 'What the plan includes and its rate limits apply from now on.',
    ],
    rows: [
      ['From', planName(from_plan)],
      ['To', to],
      ['Effective', dateIn(timeZone, effectiveAt)],
    ],
  };
}
