import type { DirectoryLock } from './directory-lock.js';
import type { Journal } from './journal.js';
import { type Publish, Publisher } from './publisher.js';

/** The directory of an epoch that this process holds: its own, or that of a gateway which is gone. */
export class HeldEpoch {
  readonly publisher: Publisher;
  private ending: Promise<boolean> | undefined;

  constructor(
    readonly journal: Journal,
    private readonly lock: DirectoryLock,
    /** Called before the directory goes. A rejection keeps it for another attempt. */
    private readonly onEnd: () => Promise<void>,
    { publish, resendAfterMs }: { publish: Publish; resendAfterMs?: number },
  ) {
    this.publisher = new Publisher(journal, publish, resendAfterMs);
  }

  tick(): void {
    this.publisher.tick();
    this.journal.noteSettled();
  }

  settled(sequence: number): void {
    this.publisher.settled(sequence);
    this.journal.settled(sequence);
  }

  /** Whether nobody needs the directory any more. Calls at the same time share an answer. */
  hasEnded(): Promise<boolean> {
    if (!this.isDone) return Promise.resolve(false);
    this.ending ??= this.onEnd()
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.ending = undefined));
    return this.ending;
  }

  /** Lets go of the directory: whoever locks it next goes on with it. */
  release(): Promise<void> {
    return this.stop().finally(() => this.lock.release());
  }

  remove(): Promise<void> {
    const removed = this.stop().then(() => this.journal.remove());
    return removed.finally(() => this.lock.release());
  }

  private get isDone(): boolean {
    const { error, settledSequence, lastSequence, openCount, allowances } = this.journal;
    const isSettled = settledSequence >= lastSequence;
    return error === null && isSettled && openCount === 0 && allowances.size === 0;
  }

  private async stop(): Promise<void> {
    await this.publisher.stop();
    this.journal.noteSettled();
    await this.journal.stop();
  }
}
