import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { invalidArgument } from '../arguments.js';
import { idArgument } from '../ids.js';

const idKinds = { account: 'account', member: 'user', key: 'key' } as const;
export type Scope = keyof typeof idKinds;

/** The periods by which each scope can be limited. What an account spends in total is its balance. */
const periodsOf = {
  account: ['month'],
  member: ['month'],
  key: ['total', 'month', 'day'],
} as const satisfies Record<Scope, readonly string[]>;
export type Period = (typeof periodsOf)[Scope][number];

export const scopeCodes: Record<Scope, LimitScope> = {
  account: LimitScope.ACCOUNT,
  member: LimitScope.MEMBER,
  key: LimitScope.KEY,
};
export const periodCodes: Record<Period, LimitPeriod> = {
  total: LimitPeriod.TOTAL,
  month: LimitPeriod.MONTH,
  day: LimitPeriod.DAY,
};

/** Whose limits are meant, as the command line says it. */
export interface LimitSelector {
  scope: Scope;
  /** The account, the user of a member, or the key. */
  id: string;
  /** Given for a member, and only there: a member is a user within an account. */
  account?: string;
}

export const selectorOptions: [string, string][] = [
  ['--scope SCOPE', 'account, member or key'],
  ['--id ID', 'the account (acct_...), the user of a member (user_...) or the key (key_...)'],
  ['--account A', 'with --scope member only: the account within which the user is limited'],
];

/** Reads `--scope`, `--id` and `--account`. */
export function limitSelector(flags: Record<string, string | undefined>): LimitSelector {
  const { scope = '', id = '', account } = flags;
  if (!isScope(scope)) {
    throw invalidArgument('scope', `--scope must be ${oneOf(Object.keys(idKinds))}`);
  }
  const selector = { scope, id: idArgument(idKinds[scope], id, 'id') };
  if (scope !== 'member') {
    if (account === undefined) return selector;
    throw invalidArgument('account', `--account goes with --scope member only: leave it out`);
  }
  if (account === undefined) {
    throw invalidArgument(
      'account',
      '--account is missing: a member is a user within an account, so add --account ACCOUNT_ID',
    );
  }
  return { ...selector, account: idArgument('account', account, 'account') };
}

/** Reads `--period`, which must be one by which the scope can be limited. */
export function limitPeriod(scope: Scope, text: string): Period {
  const period = periodsOf[scope].find((known) => known === text);
  if (period !== undefined) return period;
  throw invalidArgument(
    'period',
    `--period must be ${oneOf(periodsOf[scope])} for --scope ${scope}`,
  );
}

function isScope(text: string): text is Scope {
  return Object.hasOwn(idKinds, text);
}

function oneOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ');
}
