import type { Receipt } from './gen/retention/v1/receipts.js';

/** Names the form; a change of it has another name. */
export const receiptFormat = 'modelbridge.receipt.v1' as const;

/** A receipt as it is published: docs/privacy/receipts.md has its members, and what checks them reads them. */
export function receiptJson(receipt: Receipt) {
  return {
    format: receiptFormat,
    sequence: receipt.sequence.toString(),
    kind: receipt.kind,
    subject: receipt.subject,
    issued_at: receipt.issuedAt?.toISOString() ?? null,
    facts: receipt.facts,
    previous_hash: receipt.previousHash.toString('hex'),
    signing_key: receipt.signingKey,
    hash: receipt.hash.toString('hex'),
    signature: receipt.signature.toString('base64'),
  };
}
