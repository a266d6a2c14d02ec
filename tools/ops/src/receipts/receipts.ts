import { receiptJson } from '@modelbridge/contracts/receipts';
import type { Receipt } from '@modelbridge/contracts/retention.v1/receipts';
import { readFlags } from '../arguments.js';
import type { Services } from '../connection/services.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

const pageSize = 500;

export const receiptList = opsCommand({
  usage: 'receipt list',
  summary: 'Lists every receipt of what was destroyed for good, the oldest first.',
  options: [],
  prints:
    '{receipts: [{format, sequence, kind, subject, issued_at, facts, previous_hash, signing_key, hash, signature}]}: what tools/receipts/verify-receipts.mjs checks.',
  uses: ['retention'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { retention } = await services();
    return { receipts: await translating(receiptsOf(retention.receipts), {}) };
  },
});

async function receiptsOf(
  service: Services['retention']['receipts'],
): Promise<Record<string, unknown>[]> {
  const receipts: Receipt[] = [];
  for (;;) {
    const afterSequence = receipts.at(-1)?.sequence ?? 0n;
    const page = await service.listReceipts({ afterSequence, limit: pageSize });
    receipts.push(...page.receipts);
    if (page.receipts.length < pageSize) return receipts.map(receiptJson);
  }
}

export const receiptKey = opsCommand({
  usage: 'receipt key',
  summary: 'Shows the public key with which receipts that are issued now can be checked.',
  options: [],
  prints: '{signingKey, publicKeyPem}',
  uses: ['retention'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { retention } = await services();
    return translating(retention.receipts.getReceiptKey({}), {});
  },
});
