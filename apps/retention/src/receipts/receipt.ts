import { createHash } from 'node:crypto';
import { receiptFormat, receiptJson } from '@modelbridge/contracts/receipts';

/** What the first receipt follows. */
export const beginning = Buffer.alloc(32);

/** What is certified: a kind of destruction, what it was of, and what is said about it. No personal data. */
export interface Statement {
  /** snake_case, as `content_day`. */
  kind: string;
  /** One receipt for each kind and subject. */
  subject: string;
  facts: Readonly<Record<string, string>>;
}

export interface UnsignedReceipt extends Statement {
  /** 1, 2, 3 … without gaps. */
  sequence: bigint;
  issuedAt: Date;
  previousHash: Buffer;
  /** The id of the key that signs. */
  signingKey: string;
}

export interface Receipt extends UnsignedReceipt {
  hash: Buffer;
  /** Ed25519 over the hash. */
  signature: Buffer;
}

/** SHA-256 over every field in a fixed order: what docs/privacy/receipts.md describes for whoever checks it. */
export function hashOf(receipt: UnsignedReceipt): Buffer {
  const facts = Object.entries(receipt.facts).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([
    receiptFormat,
    receipt.sequence.toString(),
    receipt.kind,
    receipt.subject,
    receipt.issuedAt.toISOString(),
    facts,
    receipt.previousHash.toString('hex'),
    receipt.signingKey,
  ]);
  return createHash('sha256').update(canonical).digest();
}

/** As docs/privacy/receipts.md has it: a line of JSON. */
export function receiptLine(receipt: Receipt): string {
  return JSON.stringify(receiptJson(receipt));
}
