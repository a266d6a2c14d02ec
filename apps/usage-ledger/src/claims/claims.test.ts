import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { claimSchema, compareClaims, type Claim } from './claims.js';

const claim: Claim = {
  keyId: newId('key'),
  idempotencyKeyHash: randomBytes(32),
  bodyHmac: randomBytes(32),
  requestId: newId('request'),
  gatewayEpoch: randomUUID(),
};
const held = {
  requestId: newId('request'),
  bodyHmac: Buffer.from(claim.bodyHmac),
  released: false,
};

describe('compareClaims', () => {
  it.each([
    ['a repetition', held, 'repetition'],
    ['another body', { ...held, bodyHmac: randomBytes(32) }, 'other_body'],
    ['the same request again', { ...held, requestId: claim.requestId }, 'own'],
    [
      'a released claim, whatever its body',
      { ...held, bodyHmac: randomBytes(32), released: true },
      'released',
    ],
    ['its own release', { ...held, requestId: claim.requestId, released: true }, 'released'],
  ])('knows %s', (_, holder, result) => {
    expect(compareClaims(claim, holder)).toBe(result);
  });
});

describe('claimSchema', () => {
  it.each([
    ['a short hash', { idempotencyKeyHash: randomBytes(31) }],
    ['a long HMAC', { bodyHmac: randomBytes(33) }],
    ['no epoch', { gatewayEpoch: '' }],
    ['another kind of id', { requestId: claim.keyId }],
  ])('refuses %s', (_, changes) => {
    expect(claimSchema.safeParse(claim).success).toBe(true);
    expect(claimSchema.safeParse({ ...claim, ...changes }).success).toBe(false);
  });
});
