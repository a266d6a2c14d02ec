import { KeyApi, KeyRestrictions, KeyScope, type Key } from '@modelbridge/contracts/auth.v1';
import { invalidArgument } from '../arguments.js';
import type { Refusals } from '../ops-error.js';
import { timeArgument } from '../times.js';

const apis: Record<string, KeyApi> = {
  chat_completions: KeyApi.CHAT_COMPLETIONS,
  responses: KeyApi.RESPONSES,
  messages: KeyApi.MESSAGES,
};
const none = 'none';
const never = 'never';

/** The flags that say what a key may do, and the field that each fills. */
const fields: Record<string, [field: keyof KeyRestrictions, value: string, meaning: string]> = {
  models: ['allowedModels', 'M,M', 'the only models that it may use, by id or alias'],
  'never-stored-only': [
    'neverStoredOnly',
    'yes|no',
    'whether it may use only models whose content is never stored',
  ],
  apis: ['allowedApis', 'A,A', `the only APIs: ${Object.keys(apis).join(', ')}`],
  addresses: [
    'allowedAddresses',
    'N,N',
    'the only addresses and networks it may be used from, such as 10.0.0.0/8,2001:db8::/32',
  ],
  'requests-per-minute': ['requestsPerMinute', 'N', 'a rate limit below that of the plan'],
  'tokens-per-minute': ['tokensPerMinute', 'N', 'the same for tokens'],
  'concurrent-requests': ['concurrentRequests', 'N', 'the same for requests at the same time'],
};

export const restrictionFlags = Object.keys(fields);

export const restrictionOptions: [string, string][] = Object.entries(fields).map(
  ([flag, [, value, meaning]]) => [`--${flag} ${value}`, `${meaning}; ${none} for no restriction`],
);

export const expiryOption: [string, string] = [
  '--expires T',
  `when it expires, such as 2027-01-31T00:00:00Z, or ${never}`,
];

/** What the flags say, over what was so far. */
export function readRestrictions(
  flags: Record<string, string | undefined>,
  before: KeyRestrictions = KeyRestrictions.fromPartial({}),
): KeyRestrictions {
  const values: Partial<Record<keyof KeyRestrictions, unknown>> = {};
  for (const [flag, [field]] of Object.entries(fields)) {
    const text = flags[flag.replaceAll('-', '_')];
    if (text !== undefined) values[field] = valueOf(flag, text, before[field]);
  }
  return { ...before, ...values } as KeyRestrictions;
}

function valueOf(flag: string, text: string, like: KeyRestrictions[keyof KeyRestrictions]) {
  const field = flag.replaceAll('-', '_');
  if (typeof like === 'number') {
    if (text === none) return 0;
    if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
    throw invalidArgument(field, `--${flag} must be a number from 1 on, or ${none}`);
  }
  if (typeof like === 'boolean') {
    if (text === 'yes' || text === 'no' || text === none) return text === 'yes';
    throw invalidArgument(field, `--${flag} must be yes or no`);
  }
  if (text === none) return [];
  const entries = text.split(',').map((entry) => entry.trim());
  if (flag !== 'apis') return entries;
  return entries.map((entry) => {
    const api = apis[entry];
    if (api !== undefined) return api;
    throw invalidArgument(field, `--apis must be of ${Object.keys(apis).join(', ')}`);
  });
}

/** Undefined: not said; null: never. */
export function readExpiry(text: string | undefined): Date | null | undefined {
  if (text === undefined) return undefined;
  if (text === never) return null;
  return timeArgument(text, 'expires', `, or ${never}`);
}

/** What auth refuses of a key, in the words of these flags. */
export const keyRefusals: Refusals = {
  'already_exists name': ['name', 'another of their keys has this name: give another --name'],
  name: ['name', '--name must have 1 to 200 characters and no control characters'],
  expires_at: ['expires', '--expires must lie in the future'],
  'unavailable allowed_models': ['models', 'routing does not answer: try again once it is up'],
  allowed_models: [
    'models',
    ({ model }) =>
      model === undefined
        ? '--models takes at most 100 ids or aliases of models'
        : `--models has ${JSON.stringify(model)}, which is no model: GET /v1/models of a gateway lists those that exist`,
  ],
  allowed_addresses: [
    'addresses',
    '--addresses must be up to 100 addresses or networks, such as 203.0.113.7 or 2001:db8::/32',
  ],
  requests_per_minute: ['requests_per_minute', '--requests-per-minute is too large'],
  tokens_per_minute: ['tokens_per_minute', '--tokens-per-minute is too large'],
  concurrent_requests: ['concurrent_requests', '--concurrent-requests is too large'],
};

/** What auth refuses of a key that exists. */
export function idRefusals(keyId: string): Refusals {
  return {
    'not_found key_id': ['id', `there is no key ${keyId}: --id takes the keyId of key create`],
    'failed_precondition key_id': [
      'id',
      `the key ${keyId} is revoked, or has expired: make a new one, or give an expired one a later --expires`,
    ],
  };
}

const apiNames = Object.fromEntries(Object.entries(apis).map(([name, api]) => [api, name]));

/** A key as it is printed. */
export function printedKey({ restrictions, scope, isTest, ...key }: Key): object {
  return {
    ...key,
    kind: scope === KeyScope.MANAGEMENT ? 'management' : isTest ? 'test' : 'inference',
    ...restrictions,
    allowedApis: (restrictions?.allowedApis ?? []).map((api) => apiNames[api] ?? null),
  };
}
