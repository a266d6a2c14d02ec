import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';

export const claimBounds = {
  /** How long a repeated Idempotency-Key is recognised. */
  keptHours: 24,
  /** Times that a claim is tried again because the one in its way has just gone. */
  attempts: 3,
  sweepEveryMs: 60_000,
  /** Claims that one statement of a sweep or of an epoch's release touches. */
  claimsPerBatch: 1_000,
} as const;

const digest = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32, 'must be 32 bytes');

const claimReference = {
  keyId: idSchema('key'),
  idempotencyKeyHash: digest,
  requestId: idSchema('request'),
  gatewayEpoch: z.uuid('must be a UUID'),
};

export const claimSchema = z.object({ ...claimReference, bodyHmac: digest });
/** A request that wants to be the first under its Idempotency-Key. */
export type Claim = z.output<typeof claimSchema>;

export const releaseSchema = z.object(claimReference);
export type Release = z.output<typeof releaseSchema>;

export const epochSchema = z.object({ gatewayEpoch: claimReference.gatewayEpoch });

/** The claim that stands in the way of another. */
export interface HeldClaim {
  requestId: string;
  bodyHmac: Uint8Array;
  released: boolean;
}

/** Whether the holder is the same request again, or a repetition of it with the same or another body. */
export function compareClaims(
  claim: Claim,
  held: HeldClaim,
): 'released' | 'own' | 'repetition' | 'other_body' {
  if (held.released) return 'released';
  if (held.requestId === claim.requestId) return 'own';
  return Buffer.compare(held.bodyHmac, claim.bodyHmac) === 0 ? 'repetition' : 'other_body';
}
