import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { DaysService } from '../days/days.service.js';
import { authorKey, KeyDestroyedError } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import {
  inStatements,
  sortOut,
  type Arrival,
  type Refusal,
  type RefusalReason,
  type SentContent,
} from './arrival.js';
import { contentBounds } from './bounds.js';
import { ContentsRepository } from './contents.repository.js';

@Injectable()
export class ContentsService {
  private bytesInHand = 0;

  constructor(
    private readonly contents: ContentsRepository,
    private readonly days: DaysService,
    private readonly keys: KeysService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Keeps what can be kept, once, and says what cannot and why. */
  async store(sent: readonly SentContent[]): Promise<{ stored: number; refused: Refusal[] }> {
    const bytes = sent.reduce((sum, { sealed }) => sum + sealed.length, 0);
    if (this.bytesInHand + bytes > contentBounds.inHandBytes) {
      throw new RpcError('resource_exhausted', 'too much is being stored: nothing of this was');
    }
    this.bytesInHand += bytes;
    try {
      const { arrivals, refused } = sortOut(sent, this.clock.now());
      refused.push(...(await this.storeArrivals(arrivals)));
      return { stored: sent.length - refused.length, refused };
    } finally {
      this.bytesInHand -= bytes;
    }
  }

  private async storeArrivals(arrivals: Arrival[]): Promise<Refusal[]> {
    if (arrivals.length === 0) return [];
    for (const day of new Set(arrivals.map((arrival) => arrival.day))) {
      await this.days.ensure(day).catch((error: unknown) => {
        if (!(error instanceof KeyDestroyedError)) throw error;
      });
    }
    return this.database.transaction(async (tx) => {
      const { kept, refused } = await this.keepable(tx, arrivals);
      const counts = [];
      for (const part of inStatements(kept)) counts.push(...(await this.contents.add(tx, part)));
      // Last, and in one order: whoever counts too waits for no more than the commit.
      counts.sort((a, b) => (a.day < b.day ? -1 : 1));
      for (const count of counts) await this.days.count(tx, count);
      return refused;
    });
  }

  /** Holds off the end of the days and authors of what is kept until it is committed. */
  private async keepable(
    tx: Tx,
    arrivals: readonly Arrival[],
  ): Promise<{ kept: Arrival[]; refused: Refusal[] }> {
    const openDays = await this.days.open(tx, [...new Set(arrivals.map(({ day }) => day))]);
    const authors = arrivals.map(({ sent }) => authorKey(sent.userId));
    const liveAuthors = await this.keys.live(tx, [...new Set(authors)]);
    const deleted = await this.contents.deleted(tx, arrivals);
    const reasonOf = ({ day, requestUuid, sent }: Arrival): RefusalReason | undefined => {
      if (!openDays.has(day)) return 'day_over';
      if (!liveAuthors.has(authorKey(sent.userId))) return 'author_erased';
      return deleted.has(requestUuid) ? 'deleted' : undefined;
    };
    const kept: Arrival[] = [];
    const refused: Refusal[] = [];
    for (const arrival of arrivals) {
      const reason = reasonOf(arrival);
      if (reason === undefined) kept.push(arrival);
      else refused.push({ requestId: arrival.sent.requestId, reason });
    }
    return { kept, refused };
  }
}
