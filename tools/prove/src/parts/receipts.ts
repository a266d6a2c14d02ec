import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newPart, type Part } from '../part.js';
import type { System } from '../system/open-system.js';

const program = fileURLToPath(new URL('../../../receipts/verify-receipts.mjs', import.meta.url));

/** Has every receipt checked as anyone can: by the program that needs nothing of ours, over the public routes. */
export async function verifyReceipts(
  { gateway }: System,
  olderKeys: readonly string[],
): Promise<{ part: Part; verified: number }> {
  const part = newPart('Receipts of what was destroyed');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    program,
    gateway,
    ...olderKeys,
  ]).catch((failure: { stdout: string; stderr: string }) => failure);
  const [, receipts, problems] = /^(\d+) receipts, (\d+) problems$/m.exec(stdout) ?? [];
  part.problems.push(...stderr.split('\n').filter((line) => line !== ''));
  part.facts['receipts'] = Number(receipts ?? 0);
  if (problems !== '0' && part.problems.length === 0)
    part.problems.push('the program that checks receipts did not end as it should');
  else if (receipts === '0') part.problems.push('there is no receipt');
  return { part, verified: part.problems.length === 0 ? Number(receipts) : 0 };
}
