import { receiptFormat } from '@modelbridge/contracts/receipts';
import { z } from 'zod';
import { operation } from '../operations/operation.js';
import { pageOf, time } from '../operations/schemas.js';
import { receiptBounds } from './bounds.js';

const tag = 'Privacy';

const receipt = z
  .object({
    format: z.literal(receiptFormat),
    sequence: z.string().describe('1, 2, 3 … without gaps.'),
    kind: z.string().describe('What was destroyed: content_day, legal_hold, erasure.'),
    subject: z.string().describe('Which: of a day its date.'),
    issued_at: time.nullable(),
    facts: z
      .record(z.string(), z.string())
      .describe('How it was destroyed, and what became unreadable.'),
    previous_hash: z.string().describe('Of the receipt before; 64 zeros in the first.'),
    signing_key: z.string(),
    hash: z.string(),
    signature: z.string().describe('Ed25519 over the hash, base64.'),
  })
  .meta({ id: 'Receipt' });

export const listReceipts = operation({
  id: 'listReceipts',
  method: 'GET',
  path: '/privacy/receipts',
  isPublic: true,
  tag,
  summary: 'Receipts of what was destroyed for good, the oldest first.',
  description:
    'For anyone, without a key. Each is signed and chained to the one before; they name no person. One short program that needs nothing of ours checks all of them.',
  query: z.strictObject({
    limit: z.int().min(1).max(receiptBounds.maxPage).default(receiptBounds.maxPage),
    cursor: z
      .string()
      .regex(/^(0|[1-9]\d{0,17})$/, 'must be the next_cursor of an earlier page')
      .default('0')
      .describe('The next_cursor of the page before.'),
  }),
  answer: pageOf(receipt),
});

export const getReceiptKey = operation({
  id: 'getReceiptKey',
  method: 'GET',
  path: '/privacy/receipt-key',
  isPublic: true,
  tag,
  summary: 'The public key that receipts are signed with now.',
  description: 'For anyone, without a key.',
  answer: z
    .object({
      object: z.literal('receipt_key'),
      signing_key: z.string().describe('As receipts name it.'),
      public_key_pem: z.string(),
    })
    .meta({ id: 'ReceiptKey' }),
});
