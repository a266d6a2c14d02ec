import type { TokenCounts } from '@modelbridge/contracts';
import { noncePattern } from './nonce.js';
import type { Served } from './records.js';

interface Entry {
  sequence: number;
  model: string | null;
  body: unknown;
  status: number | null;
  usage: TokenCounts | null;
  finished: boolean;
}

const pageSize = 500;

/** Longer than a page takes: what never answers is a fault that is told, not a wait without end. */
const readMs = 30_000;

/** The sandbox' own record of what its providers received. It forgets: read it while it grows. */
export class ProviderRecord {
  private readonly bySequence = new Map<number, Served>();
  /** Nothing up to here changes any more. */
  private settledUpTo = 0;

  constructor(private readonly sandbox: string) {}

  /** Every attempt whose body was kept. */
  served(): Served[] {
    return [...this.bySequence.values()];
  }

  async read(): Promise<void> {
    let since = this.settledUpTo;
    let unfinished = false;
    for (;;) {
      const response = await fetch(
        `${this.sandbox}/control/requests?since=${since}&limit=${pageSize}`,
        { signal: AbortSignal.timeout(readMs) },
      );
      const { requests } = (await response.json()) as { requests: Entry[] };
      for (const entry of requests) {
        since = entry.sequence;
        unfinished ||= !entry.finished;
        if (!unfinished) this.settledUpTo = entry.sequence;
        const nonce = noncePattern.exec(JSON.stringify(entry.body))?.[0];
        if (nonce === undefined) continue;
        const { model, status, usage: tokens } = entry;
        this.bySequence.set(entry.sequence, { nonce, model: model ?? '', status, tokens });
      }
      if (requests.length < pageSize) return;
    }
  }
}
