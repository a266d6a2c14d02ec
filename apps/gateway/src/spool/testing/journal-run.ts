import { newId } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import fc from 'fast-check';
import type { Journal } from '../journal.js';
import { closeFacts, openFacts } from './facts.js';

type Action =
  | { do: 'open' | 'close' | 'read' | 'read while it grows'; count: number }
  | { do: 'settle'; share: number }
  | { do: 'sync' | 'go back' | 'crash' };

const some = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });
export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('open' as const), count: some(60) }),
    fc.record({ do: fc.constant('close' as const), count: some(120) }),
    fc.record({ do: fc.constant('read' as const), count: some(300) }),
    fc.record({ do: fc.constant('read while it grows' as const), count: some(300) }),
    fc.record({
      do: fc.constant('settle' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ do: fc.constantFrom('sync' as const, 'go back' as const, 'crash' as const) }),
  ),
  { maxLength: 60 },
);

const mostOpen = 150;

/** A journal beside what it should hold, and a reader who catches up with it. */
export class JournalRun {
  /** Ids of closed requests; the first has sequence 1. */
  private readonly closed: string[] = [];
  private readonly open: string[] = [];
  private readonly allowanceId = newId('allowance');
  private next = 1;
  /** The most that was ever said to be settled: a crash may forget it, the files that it freed are gone all the same. */
  private settledSequence = 0;

  constructor(
    private journal: Journal,
    private readonly recover: (crashed: Journal) => Promise<Journal>,
  ) {
    journal.allowanceGranted(this.allowanceId);
  }

  async play(actions: Action[]): Promise<void> {
    for (const action of actions) await this.act(action);
    await this.crash();
    await this.readAll();
  }

  private async act(action: Action): Promise<void> {
    switch (action.do) {
      case 'open':
        for (let left = action.count; left > 0 && this.open.length < mostOpen; left--) {
          await this.begin();
        }
        return;
      case 'close':
        return this.close(action.count);
      case 'sync':
        return this.journal.sync();
      case 'read':
        return this.read(action.count);
      case 'read while it grows': {
        const reading = this.read(action.count);
        await this.close(action.count);
        this.settle(0.9);
        await this.journal.sync();
        return reading;
      }
      case 'settle':
        return this.settle(action.share);
      case 'go back':
        this.next = this.journal.settledSequence + 1;
        return;
      case 'crash':
        return this.crash();
    }
  }

  private async begin(): Promise<void> {
    const facts = openFacts({ allowanceId: this.allowanceId });
    await eventually(() => this.journal.begin(facts), { intervalMs: 2 });
    this.open.push(facts.requestId);
  }

  private async close(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      if (this.open.length === 0 || left % 2 === 0) await this.begin();
      const requestId = this.open.shift() ?? '';
      this.journal.close(requestId, closeFacts({ costNanoUsd: 1n }));
      this.closed.push(requestId);
    }
  }

  private settle(share: number): void {
    this.journal.settled(Math.floor(this.journal.durableSequence * share));
    this.settledSequence = Math.max(this.settledSequence, this.journal.settledSequence);
    this.next = Math.max(this.next, this.journal.settledSequence + 1);
  }

  private async read(maxRecords: number): Promise<void> {
    const { next, settledSequence: settledBefore } = this;
    const { durableSequence } = this.journal;
    const found = await this.journal.readClosed(next, { maxRecords, maxBytes: Infinity });
    const first = found[0]?.sequence ?? next;
    found.forEach(({ sequence, record }, index) => {
      const { requestId } = JSON.parse(record.toString()) as { requestId: string };
      check(sequence === first + index, 'consecutive');
      check(requestId === this.closed[sequence - 1], 'the record of its sequence');
    });
    const { settledSequence } = this;
    check(first === next || first <= settledSequence + 1, 'nothing left out but what is settled');
    const expected = durableSequence - Math.max(next, settledSequence + 1) + 1;
    // A file that goes while it is read ends the batch early: the next begins behind it.
    const atLeast = settledSequence === settledBefore ? maxRecords : 1;
    check(found.length >= Math.min(atLeast, expected), 'as much as there is');
    this.next = Math.max(this.next, first + found.length);
  }

  private async readAll(): Promise<void> {
    while (this.next <= this.journal.lastSequence) await this.read(200);
  }

  private async crash(): Promise<void> {
    this.journal = await this.recover(this.journal);
    check(this.journal.lastSequence === this.closed.length, 'every close');
    check(this.journal.openCount === this.open.length, 'every open request');
    const spent = this.journal.allowances.get(this.allowanceId);
    check(spent === BigInt(this.closed.length), 'the exact total of the allowance');
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}
