import { createHash } from 'node:crypto';
import { lastPart, ownPart, type Counts, type Erasure } from './erasure.js';
import { stays } from './stays.js';

/** Of the receipts in the chain of all that was destroyed. */
export const receiptKind = 'erasure';

/** What an erasure did: nothing in it says whose it was. */
export interface ErasureReceipt {
  kind: typeof receiptKind;
  erasureId: string;
  requestedAt: string;
  doneAt: string;
  /** By service: how many rows and other things, by kind. */
  went: Record<string, Counts>;
  stays: typeof stays;
}

export function receiptOf(erasure: Erasure & { doneAt: Date }): ErasureReceipt {
  const { erasureId, requestedAt, doneAt, parts, ownCounts = {} } = erasure;
  const others = parts.filter(({ part }) => part !== lastPart).map(ofPart);
  const last = parts.filter(({ part }) => part === lastPart).map(ofPart);
  return {
    kind: receiptKind,
    erasureId,
    requestedAt: requestedAt.toISOString(),
    doneAt: doneAt.toISOString(),
    went: Object.fromEntries([[ownPart, ownCounts] as const, ...others.sort(byName), ...last]),
    stays,
  };
}

/** Hexadecimal SHA-256 of the line that the person has. */
export function documentHash(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

function ofPart({ part, counts }: { part: string; counts: Counts }): readonly [string, Counts] {
  return [part, counts];
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
