import { spoolBounds } from './bounds.js';
import type { JournalOptions } from './journal.js';

export function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Makes a journal with segments as large as asked, or else as the disk has room for. */
export async function withRoom<T>(
  options: JournalOptions,
  make: (options: JournalOptions) => Promise<T>,
): Promise<T> {
  for (let { segmentBytes } = options; ; segmentBytes = Math.floor(segmentBytes / 2)) {
    try {
      return await make({ ...options, segmentBytes });
    } catch (error) {
      if (!isDiskFull(error) || segmentBytes / 2 < spoolBounds.leastSegmentBytes) throw error;
    }
  }
}
