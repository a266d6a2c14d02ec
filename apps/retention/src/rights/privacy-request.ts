import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';

const dayMs = 24 * 3_600_000;

export const rightsBounds = {
  answerWithinMs: 30 * dayMs,
  /** From then on a request that is not closed is an alarm. */
  soonMs: 10 * dayMs,
  openPerPerson: 20,
  mostListed: 100,
  mostOpenListed: 500,
  everyMs: 5_000,
  effectsPerPass: 100,
  oldestMailMs: 60 * dayMs,
};

export const requestKinds = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'portability',
  'consent_withdrawal',
  'minor',
  'other',
] as const;
export type RequestKind = (typeof requestKinds)[number];

export const purposes = ['product_news', 'service_statistics'] as const;
export type Purpose = (typeof purposes)[number];

/** What is to be done for a request: by auth, or by retention itself. */
export type Effect = 'restrict' | 'lift' | 'withdraw' | 'erase' | 'archive';
export type RequestState = 'unverified' | 'open' | 'in_effect' | 'closed';
export type Outcome = 'fulfilled' | 'refused' | 'withdrawn';

export interface PrivacyRequest {
  requestId: string;
  userId: string | undefined;
  kind: RequestKind;
  purpose: Purpose | undefined;
  channel: 'form' | 'mail';
  state: RequestState;
  outcome: Outcome | undefined;
  receivedAt: Date;
  dueAt: Date;
  closedAt: Date | undefined;
  effect: Effect | undefined;
}

/** What follows from a request as soon as it is known who asks; undefined where people have to answer it. */
export function effectOf(kind: RequestKind): Effect | undefined {
  switch (kind) {
    case 'restriction':
    case 'minor':
      return 'restrict';
    case 'objection':
    case 'consent_withdrawal':
      return 'withdraw';
    case 'erasure':
      return 'erase';
    case 'access':
    case 'portability':
      return 'archive';
    default:
      return undefined;
  }
}

/** How a request stands once its effect is there. */
export function afterEffect({
  kind,
  state,
  channel,
}: Pick<PrivacyRequest, 'kind' | 'state' | 'channel'>): { state: RequestState; outcome?: Outcome } {
  if (state === 'closed') return { state };
  switch (kind) {
    case 'restriction':
      return { state: 'in_effect' };
    case 'objection':
    case 'consent_withdrawal':
      return { state: 'closed', outcome: 'fulfilled' };
    case 'access':
    case 'portability':
      // Who wrote has to be told how to get it.
      return channel === 'form' ? { state: 'closed', outcome: 'fulfilled' } : { state };
    default:
      // A minor's account stays restricted until staff has answered; who is erased has no requests.
      return { state };
  }
}

export type Deadline = 'in_time' | 'soon' | 'overdue';

/** A restriction that is in effect has been answered: its clock has ended. */
export function deadlineOf(
  { dueAt, state }: Pick<PrivacyRequest, 'dueAt' | 'state'>,
  now: Date,
): Deadline {
  if (state === 'in_effect' || state === 'closed') return 'in_time';
  const left = dueAt.getTime() - now.getTime();
  if (left < 0) return 'overdue';
  return left < rightsBounds.soonMs ? 'soon' : 'in_time';
}

const kind = z.enum(requestKinds, `must be one of ${requestKinds.join(', ')}`);
const purpose = z
  .union([z.literal(''), z.enum(purposes)], `must be one of ${purposes.join(', ')}, or empty`)
  .transform((name) => name || undefined);

function hasItsPurpose(asked: { kind: RequestKind; purpose?: Purpose }): boolean {
  return (effectOf(asked.kind) === 'withdraw') === (asked.purpose !== undefined);
}
const purposeProblem = {
  path: ['purpose'],
  error: `is required of an objection and a consent_withdrawal (${purposes.join(', ')}), and must be empty of others`,
};

/** A minor's account is reported by mail: whoever has one does not report it by form. */
export const formSchema = z
  .object({ kind: kind.exclude(['minor'], 'must be a kind of request by form'), purpose })
  .refine(hasItsPurpose, purposeProblem);

const requestId = idSchema('privacyRequest');
export const requestReferenceSchema = z.object({ requestId });

export function mailSchema(now: Date) {
  return z
    .object({
      kind,
      purpose,
      userId: z
        .union([z.literal(''), idSchema('user')], 'must be a user_ id, or empty')
        .transform((id) => id || undefined),
      receivedAt: z
        .date('is required')
        .max(now, 'must not be in the future')
        .min(
          new Date(now.getTime() - rightsBounds.oldestMailMs),
          'must be within the last 60 days',
        ),
      reference: z
        .string()
        .regex(
          /^[A-Za-z0-9._:/-]{1,100}$/,
          'must be 1 to 100 letters, digits and . _ : / -: the number of the mail',
        ),
    })
    .refine(hasItsPurpose, purposeProblem)
    .refine(({ kind, userId }) => kind !== 'minor' || userId !== undefined, {
      path: ['userId'],
      error: 'is required of a report of a minor: whose account it is',
    });
}
export type MailedRequest = z.output<ReturnType<typeof mailSchema>>;

export const verificationSchema = z.object({
  requestId,
  userId: idSchema('user'),
  method: z.enum(
    ['account_address', 'code', 'document'],
    'must be one of account_address, code, document',
  ),
});

export const answerSchema = z.object({
  requestId,
  outcome: z.enum(['fulfilled', 'refused'], 'must be fulfilled or refused'),
});
