import type { RequestRecord } from '@modelbridge/contracts/events';
import type { OpenFacts, Progress } from './facts.js';
import { type Frame, FrameType } from './frame.js';
import { UnsettledAges } from './unsettled-ages.js';

/** What is known of a request that is open. */
export interface OpenRecord {
  facts: OpenFacts;
  progress: Progress | undefined;
}

/** What the frames of one epoch add up to. */
export interface JournalState {
  open: Map<string, OpenRecord>;
  /** Allowances granted to this epoch and not closed with billing: what each has been charged. */
  allowances: Map<string, bigint>;
  lastSequence: number;
  settledSequence: number;
  ages: UnsettledAges;
}

export function emptyState(): JournalState {
  return {
    open: new Map(),
    allowances: new Map(),
    lastSequence: 0,
    settledSequence: 0,
    ages: new UnsettledAges(),
  };
}

/** Nothing is open, and the ledger and billing know of everything. */
export function isDone({ open, allowances, lastSequence, settledSequence }: JournalState): boolean {
  return open.size === 0 && allowances.size === 0 && settledSequence >= lastSequence;
}

const newline = 0x0a;

/** A close's payload: its sequence, a line feed, the record. */
export function closePayload(sequence: number, record: string): string {
  return `${sequence}\n${record}`;
}

export function splitClose(payload: Buffer): { sequence: number; record: Buffer } {
  const split = payload.indexOf(newline);
  return {
    sequence: Number(payload.toString('latin1', 0, split)),
    record: payload.subarray(split + 1),
  };
}

export function openPayload(facts: OpenFacts): string {
  return JSON.stringify({ ...facts, reservedNanoUsd: facts.reservedNanoUsd.toString() });
}

/**
 * Applies one frame. Frames that a segment carries over from the one before restate what is known,
 * so applying them twice changes nothing; a close is applied once, by its sequence.
 */
export function applyFrame(state: JournalState, { type, payload }: Frame): void {
  switch (type) {
    case FrameType.Allowance: {
      const { allowanceId, spentNanoUsd } = parse<{ allowanceId: string; spentNanoUsd: string }>(
        payload,
      );
      state.allowances.set(allowanceId, BigInt(spentNanoUsd));
      return;
    }
    case FrameType.AllowanceClosed:
      state.allowances.delete(parse<{ allowanceId: string }>(payload).allowanceId);
      return;
    case FrameType.Open: {
      const raw = parse<Omit<OpenFacts, 'reservedNanoUsd'> & { reservedNanoUsd: string }>(payload);
      const facts = { ...raw, reservedNanoUsd: BigInt(raw.reservedNanoUsd) };
      const known = state.open.get(facts.requestId);
      state.open.set(facts.requestId, { facts, progress: known?.progress });
      return;
    }
    case FrameType.Progress: {
      const { requestId, ...progress } = parse<Progress & { requestId: string }>(payload);
      const entry = state.open.get(requestId);
      if (entry) entry.progress = progress;
      return;
    }
    case FrameType.Close: {
      const { sequence, record } = splitClose(payload);
      if (sequence <= state.lastSequence) return;
      const { requestId, allowanceId, costNanoUsd, completedAt } = parse<RequestRecord>(record);
      state.lastSequence = sequence;
      // Whichever of the two clocks is wrong: rather too old than too young.
      const ageMs = Math.abs(Date.now() - Date.parse(completedAt));
      state.ages.closed(sequence, performance.now() - ageMs);
      state.open.delete(requestId);
      const spent = allowanceId === null ? undefined : state.allowances.get(allowanceId);
      if (allowanceId !== null && spent !== undefined) {
        state.allowances.set(allowanceId, spent + BigInt(costNanoUsd));
      }
      return;
    }
    case FrameType.Settled: {
      const { sequence, lastSequence } = parse<{ sequence: number; lastSequence: number }>(payload);
      state.settledSequence = Math.max(state.settledSequence, sequence);
      // A trimmed segment takes its closes with it; their sequences stay used.
      state.lastSequence = Math.max(state.lastSequence, lastSequence);
      state.ages.settled(state.settledSequence, state.lastSequence);
      return;
    }
  }
}

function parse<T>(payload: Buffer): T {
  return JSON.parse(payload.toString()) as T;
}
