import { Injectable } from '@nestjs/common';
import { LatestClock } from '../clock/latest-clock.service.js';
import { newestOverDay } from '../days/day.js';
import { DaysService } from '../days/days.service.js';
import { DetachedPartitions } from '../days/detached-partitions.service.js';
import { dayOfKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { ReceiptsService } from '../receipts/receipts.service.js';

const mostExamples = 20;

export interface DeletionCheck {
  checked: bigint;
  violations: bigint;
  examples: string[];
}

/** What another feature looks at: how many things, and what is wrong with them. */
export type Look = () => Promise<{ looked: number; problems: string[] }>;

/** Looks for what should be gone, without the bookkeeping of what was to be done. */
@Injectable()
export class DeletionsService {
  private readonly looks: Look[] = [];

  constructor(
    private readonly days: DaysService,
    private readonly detached: DetachedPartitions,
    private readonly keys: KeysService,
    private readonly receipts: ReceiptsService,
    private readonly latest: LatestClock,
  ) {}

  /** When the service is put together. */
  alsoLook(look: Look): void {
    this.looks.push(look);
  }

  async check(): Promise<DeletionCheck> {
    const newestOver = newestOverDay(await this.latest.now());
    const keyDays = (await this.keys.list()).flatMap((name) => dayOfKey(name) ?? []);
    const partitionDays = await this.days.partitions();
    const removals = await this.detached.overdue();
    const certified = await this.receipts.subjects('content_day');
    const uncertified = (await this.days.ended()).filter((day) => !certified.has(day));
    const chain = await this.receipts.check();
    const others = await Promise.all(this.looks.map((look) => look()));
    const looked = others.reduce((sum, other) => sum + other.looked, removals.looked);
    const problems = [
      ...keyDays.filter((day) => day <= newestOver).map((day) => `${day} still has a key`),
      ...partitionDays.filter((day) => day <= newestOver).map((day) => `${day} still has content`),
      ...removals.days.map((day) => `${day} has ended, and its rows were not removed`),
      ...uncertified.map((day) => `${day} has ended without a receipt`),
      ...chain.problems,
      ...others.flatMap((other) => other.problems),
    ];
    return {
      checked: chain.receipts + BigInt(new Set([...keyDays, ...partitionDays]).size + looked),
      violations: BigInt(problems.length),
      examples: problems.slice(0, mostExamples),
    };
  }
}
