import type { Socket } from 'node:net';

/** What Node reads a connection with. That it can be told to wait is no public part of a socket. */
interface Reading {
  readStart(): number;
  readStop(): number;
}
type Connection = Pick<Socket, never> & { readonly _handle?: Reading | null };

/**
 * Reads connections on which a request was refused again a few in each turn of the event loop. A flood of callers
 * who come back before they are told to waits in the kernel, where it costs nothing, and turns stay short for all
 * others: whoever was not refused is read in each of them. Where there is no flood, no time passes.
 */
export class RefusedConnections {
  private readonly held: Reading[] = [];

  /** `atTurnEnd` calls back when what has come in this turn of the loop is handled. */
  constructor(
    private readonly bounds: { refusedReadsPerTurn: number },
    private readonly atTurnEnd: (then: () => void) => void,
  ) {}

  hold({ _handle: reading }: Connection): void {
    if (reading === undefined || reading === null) return;
    reading.readStop();
    if (this.held.push(reading) === 1) this.atTurnEnd(() => this.readOn());
  }

  private readOn(): void {
    // One that was closed meanwhile answers with an error code, which nobody needs.
    for (const reading of this.held.splice(0, this.bounds.refusedReadsPerTurn)) reading.readStart();
    if (this.held.length > 0) this.atTurnEnd(() => this.readOn());
  }
}
