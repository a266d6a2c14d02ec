import type { Duplex } from 'node:stream';
import type { KeyBudget } from '../body/body-budget.js';
import { SlowSenders } from '../body/slow-senders.js';
import { bounds } from '../bounds.js';

const slowSenders = new SlowSenders(bounds);
/** Of a masked frame with little in it. */
const controlHeadBytes = 6;

/** What has come of a message that is not whole yet: counted, and not for ever. */
export class Incoming {
  private bytes = 0;
  private sender: ReturnType<SlowSenders['watch']> | undefined;

  /** `refuse` is called where there is no room for it, or it comes too slowly. */
  constructor(
    socket: Duplex,
    private readonly budget: KeyBudget,
    private readonly refuse: (error: unknown) => void,
    private readonly tooSlow: () => void,
  ) {
    // Before the parser, which may find the end of the message in it.
    socket.prependListener('data', (chunk: Buffer) => this.add(chunk.length));
  }

  /** Also in the middle of a message. */
  control(payload: Buffer): void {
    const frame = Math.min(this.bytes, controlHeadBytes + payload.length);
    this.bytes -= frame;
    this.budget.release(frame);
    if (this.bytes === 0) this.whole();
  }

  /** A message has come whole: what of it stays in memory is counted by whoever takes it. */
  whole(): void {
    this.budget.release(this.bytes);
    this.bytes = 0;
    if (this.sender !== undefined) slowSenders.forget(this.sender);
    this.sender = undefined;
  }

  private add(bytes: number): void {
    try {
      this.budget.take(bytes);
    } catch (error) {
      return this.refuse(error);
    }
    this.bytes += bytes;
    this.sender ??= slowSenders.watch(this.tooSlow);
    this.sender.received = this.bytes;
  }
}
