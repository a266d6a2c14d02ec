import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';

export const writeBounds = {
  /** How long a repeated Idempotency-Key is recognised. */
  keptHours: 24,
  /** Longer than a gateway works on a request: whoever has it by then is gone. */
  takenSeconds: 30,
  /** Times that a claim is tried again because the one in its way has just gone. */
  attempts: 3,
  /** More than the largest answer of a write. */
  maxAnswerLength: 256 * 1024,
  sweepEveryMs: 60_000,
  /** Writes that one statement of a sweep removes. */
  writesPerBatch: 1_000,
} as const;

const digest = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32, 'must be 32 bytes');
const writeId = z.uuid('must be a UUID');
const attempt = z.int().min(1, 'must be 1 or more');

export const claimSchema = z.object({
  keyId: idSchema('key'),
  idempotencyKeyHash: digest,
  requestHmac: digest,
  requestId: idSchema('request'),
});
/** A write that wants to be the one under its Idempotency-Key. */
export type Claim = z.output<typeof claimSchema>;

/** One try of a write. */
export interface Try {
  writeId: string;
  attempt: number;
}

export const endSchema = z.object({
  writeId,
  attempt,
  end: z.discriminatedUnion(
    '$case',
    [
      z.object({
        $case: z.literal('answer'),
        value: z.string().max(writeBounds.maxAnswerLength, 'is too long to be kept'),
      }),
      z.object({ $case: z.literal('refused') }),
      z.object({ $case: z.literal('unclear') }),
    ],
    'must be answer, refused or unclear',
  ),
});
export type End = z.output<typeof endSchema>;

/** The write that stands in the way of another. */
export interface HeldWrite {
  requestHmac: Uint8Array;
  requestId: string;
  answer: string | null;
}

export type ClaimOutcome =
  | ({ kind: 'claimed' } & Try)
  | { kind: 'in_progress'; requestId: string }
  | { kind: 'completed'; answer: string }
  | { kind: 'mismatch' };

export function outcomeOf(claim: Claim, { requestHmac, requestId, answer }: HeldWrite) {
  if (Buffer.compare(requestHmac, claim.requestHmac) !== 0) return { kind: 'mismatch' } as const;
  return answer === null
    ? ({ kind: 'in_progress', requestId } as const)
    : ({ kind: 'completed', answer } as const);
}
