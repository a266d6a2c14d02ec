import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { receiptsOf } from '@modelbridge/ops';
import { newPart, type Part } from '../part.js';
import type { System } from '../system/open-system.js';

const program = fileURLToPath(new URL('../../../receipts/verify-receipts.mjs', import.meta.url));

/** Has every receipt checked by the program that anyone can run, which needs nothing of ours. */
export async function verifyReceipts(
  system: System,
  olderKeys: readonly string[],
): Promise<{ part: Part; verified: number }> {
  const part = newPart('Receipts of what was destroyed');
  const { receipts: service } = system.as('admin').retention;
  const receipts = await receiptsOf(service);
  const { publicKeyPem } = await service.getReceiptKey({});
  const directory = mkdtempSync(join(tmpdir(), 'prove-receipts-'));
  try {
    const file = join(directory, 'receipts.jsonl');
    const key = join(directory, 'key.pem');
    writeFileSync(file, receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join(''));
    writeFileSync(key, publicKeyPem);
    const run = spawnSync(process.execPath, [program, file, key, ...olderKeys], {
      encoding: 'utf8',
    });
    part.problems.push(...run.stderr.split('\n').filter((line) => line !== ''));
    if (run.status !== 0 && part.problems.length === 0)
      part.problems.push(`the program ended with ${run.status}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
  const verified = part.problems.length === 0 ? receipts.length : 0;
  part.facts['receipts'] = receipts.length;
  part.facts['verified'] = verified;
  if (receipts.length === 0) part.problems.push('there is no receipt');
  return { part, verified };
}
