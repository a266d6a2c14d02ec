import { idPrefixes } from '@modelbridge/contracts';
import {
  limitPeriodCodes,
  limitScopeIdKinds,
  limitScopes,
  type LimitPeriodName,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';

interface ScopeRules {
  /** Whose id names one of the scope. */
  whose: string;
  /** The periods by which it can be limited. */
  periods: readonly LimitPeriodName[];
  /** Why an id alone does not say which account it is in. */
  needsAccount?: string;
}

/** What an operator may say of each scope. */
export const scopes: Record<LimitScopeName, ScopeRules> = {
  // What an account spends in total is its balance.
  account: { whose: 'the account', periods: ['month'] },
  member: {
    whose: 'the user of a member',
    periods: ['month'],
    needsAccount: 'a member is a user within an account',
  },
  key: { whose: 'the key', periods: ['total', 'month', 'week', 'day'] },
};

const scopesInAccount = limitScopes.filter((scope) => scopes[scope].needsAccount !== undefined);

/** As a usage line lists them. */
export const scopeWords = limitScopes.join('|');
export const periodWords = Object.keys(limitPeriodCodes).join('|');

/** The flags that say whose limits are meant. */
export const selectorOptions: [string, string][] = [
  ['--scope SCOPE', listed(limitScopes, 'or')],
  [
    '--id ID',
    listed(
      limitScopes.map((scope) => {
        const prefix = idPrefixes[limitScopeIdKinds[scope]];
        return `${scopes[scope].whose} (${prefix}_...)`;
      }),
      'or',
    ),
  ],
  [
    '--account A',
    `with --scope ${listed(scopesInAccount, 'or')} only: the account within which it is limited`,
  ],
];

/** The periods of each scope. */
export const periodsHelp = limitScopes
  .map((scope) => `${scope}: ${listed(scopes[scope].periods, 'and')}`)
  .join('; ');

/** `a, b or c`. */
export function listed(words: readonly string[], last: 'and' | 'or'): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(` ${last} `);
}
