import { setImmediate as nextTurn } from 'node:timers/promises';
import { closeAfterCrash, type PriceOf } from './facts.js';
import { Journal, type JournalOptions } from './journal.js';
import { withRoom } from './room.js';
import { spoolBounds } from './bounds.js';

/** What was found in the directory of a gateway that is gone. */
export interface Adoption {
  epoch: string;
  /** Requests that it left open; they are closed now. */
  abandoned: number;
  /** Segments with damage other than a torn last write: needs a person. */
  damagedSegments: number;
  /** Exact totals of the allowances that it had not closed with billing. */
  allowances: ReadonlyMap<string, bigint>;
  /** To be called for each of them once billing has answered its close. */
  allowanceClosed(allowanceId: string): void;
}

interface Adopted {
  journal: Journal;
  adoption: Adoption;
}

/** Reads the directory of a dead gateway and closes what it left open. Null where nothing in it is needed. */
export async function adopt(
  dir: string,
  epoch: string,
  { journal: options, priceOf }: { journal: JournalOptions; priceOf: PriceOf },
  signal?: AbortSignal,
): Promise<Adopted | null> {
  const recovered = await withRoom(options, (fitting) =>
    Journal.recover(dir, epoch, fitting, signal),
  );
  if (!recovered) return null;
  const { journal, damaged } = recovered;
  try {
    const abandoned = await closeAbandoned(journal, Date.now(), priceOf);
    await journal.sync();
    const adoption = {
      epoch,
      abandoned,
      damagedSegments: damaged,
      allowances: new Map(journal.allowances),
      allowanceClosed: (allowanceId: string) => journal.allowanceClosed(allowanceId),
    };
    return { journal, adoption };
  } catch (error) {
    await journal.stop();
    throw error;
  }
}

/** Closes everything that a dead gateway left open, some in each turn of the event loop; the number of it. */
export async function closeAbandoned(
  journal: Journal,
  now: number,
  priceOf: PriceOf,
): Promise<number> {
  const abandoned = journal.openRecords;
  for (const [index, { facts, progress }] of abandoned.entries()) {
    if (index % spoolBounds.entriesPerTurn === 0) await nextTurn();
    journal.close(facts.requestId, closeAfterCrash(facts, progress, now, priceOf));
  }
  return abandoned.length;
}
