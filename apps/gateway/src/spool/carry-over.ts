import { FrameType } from './frame.js';
import { type JournalState, openPayload } from './journal-state.js';
import { spoolBounds } from './bounds.js';

/** Appends a frame, or says that it does not fit. */
type Put = (type: FrameType, payload: string) => boolean;

/**
 * Restates in a new segment what those before it say of what is still open, so that one long stream does
 * not pin them: a few at a time, since there may be thousands. What is closed meanwhile needs no restating,
 * and what is new is in the new segment anyway.
 */
export class CarryOver {
  private requests: string[] = [];
  private allowances: string[] = [];

  constructor(
    private readonly state: JournalState,
    private readonly put: Put,
  ) {}

  begin(): void {
    this.requests = [...this.state.open.keys()];
    this.allowances = [...this.state.allowances.keys()];
  }

  /** Restates some. Where the segment is full before all are, the one after it begins anew. */
  step(): 'done' | 'more' | 'full' {
    for (let some = spoolBounds.entriesPerTurn; some > 0; some--) {
      const pending = this.allowances.length > 0 ? this.allowances : this.requests;
      const id = pending.at(-1);
      if (id === undefined) return 'done';
      const isPut = pending === this.allowances ? this.putAllowance(id) : this.putRequest(id);
      if (!isPut) return 'full';
      pending.pop();
    }
    return 'more';
  }

  private putAllowance(allowanceId: string): boolean {
    const spent = this.state.allowances.get(allowanceId);
    if (spent === undefined) return true;
    const payload = JSON.stringify({ allowanceId, spentNanoUsd: spent.toString() });
    return this.put(FrameType.Allowance, payload);
  }

  private putRequest(requestId: string): boolean {
    const entry = this.state.open.get(requestId);
    if (entry === undefined) return true;
    const { facts, progress } = entry;
    if (!this.put(FrameType.Open, openPayload(facts))) return false;
    return !progress || this.put(FrameType.Progress, JSON.stringify({ requestId, ...progress }));
  }
}
