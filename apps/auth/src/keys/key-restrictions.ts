import { z } from 'zod';
import { keyBounds } from './bounds.js';
import { isNetwork } from './network.js';

export const keyApiNames = ['chat_completions', 'responses', 'messages'] as const;
export type KeyApiName = (typeof keyApiNames)[number];

export const keyScopeNames = ['inference', 'management'] as const;
export type KeyScopeName = (typeof keyScopeNames)[number];

/** What a key may be used for; what is empty, false or 0 restricts nothing. */
export interface KeyRestrictions {
  allowedModels: string[];
  neverStoredOnly: boolean;
  allowedApis: KeyApiName[];
  allowedAddresses: string[];
  /** The smaller of each and the plan's counts. */
  requestsPerMinute: number;
  tokensPerMinute: number;
  concurrentRequests: number;
}

export const unrestricted: KeyRestrictions = {
  allowedModels: [],
  neverStoredOnly: false,
  allowedApis: [],
  allowedAddresses: [],
  requestsPerMinute: 0,
  tokensPerMinute: 0,
  concurrentRequests: 0,
};

const rate = (most: number) =>
  z.int().min(0, 'must be 0 or more').max(most, `must be at most ${most}; 0 for none of its own`);

/** The first error stands for the whole list. */
function listOf<T extends z.ZodType<string>>(element: T, wrong: string) {
  return z
    .array(z.string())
    .max(keyBounds.maxListed, `must have at most ${keyBounds.maxListed} entries`)
    .refine((list) => list.every((entry) => element.safeParse(entry).success), wrong)
    .transform((list) => [...new Set(list)] as z.output<T>[]);
}

export const keyRestrictionsSchema = z.object({
  allowedModels: listOf(
    z.string().min(1).max(keyBounds.maxModelIdLength),
    'must be ids of models, as GET /v1/models lists them',
  ),
  neverStoredOnly: z.boolean(),
  allowedApis: listOf(z.enum(keyApiNames), `must be of ${keyApiNames.join(', ')}`),
  allowedAddresses: listOf(
    z.string().refine(isNetwork),
    'must be addresses or networks, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32',
  ),
  requestsPerMinute: rate(keyBounds.maxRate),
  tokensPerMinute: rate(keyBounds.maxRate),
  concurrentRequests: rate(keyBounds.maxConcurrent),
});
