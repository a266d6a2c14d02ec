import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { CarryOver } from './carry-over.js';
import { applyFrame, emptyState, type JournalState } from './journal-state.js';
import { spoolBounds } from './bounds.js';
import { openFacts } from './testing/facts.js';

const { entriesPerTurn } = spoolBounds;

function stateWith(requests: number, allowances: number): JournalState {
  const state = emptyState();
  for (let left = requests; left > 0; left--) {
    const facts = openFacts();
    const progress = { bytes: left, frames: 1, estimatedOutputTokens: 1 };
    state.open.set(facts.requestId, { facts, progress: left % 2 === 0 ? progress : undefined });
  }
  for (let left = allowances; left > 0; left--) state.allowances.set(newId('allowance'), 7n);
  return state;
}

/** What a segment that begins with the carry-over says by itself. */
function restating(state: JournalState, frames = Infinity) {
  const restated = emptyState();
  let left = frames;
  const carryOver = new CarryOver(state, (type, payload) => {
    if (left-- <= 0) return false;
    applyFrame(restated, { type, payload: Buffer.from(payload), end: 0 });
    return true;
  });
  carryOver.begin();
  return { carryOver, restated };
}

const sizeOf = ({ open, allowances }: JournalState): number => open.size + allowances.size;

describe('CarryOver', () => {
  it('restates everything that is open, so many a turn', () => {
    const state = stateWith(2 * entriesPerTurn, entriesPerTurn / 2);
    const { carryOver, restated } = restating(state);
    const sizes: number[] = [];
    do sizes.push(sizeOf(restated));
    while (carryOver.step() === 'more');
    expect(sizes).toEqual([0, entriesPerTurn, 2 * entriesPerTurn]);
    expect(new Map(restated.open)).toEqual(new Map(state.open));
    expect(restated.allowances).toEqual(state.allowances);
  });

  it('restates nothing that was closed meanwhile, and what was spent by then', () => {
    const state = stateWith(2 * entriesPerTurn, 1);
    const { carryOver, restated } = restating(state);
    const [allowanceId = ''] = state.allowances.keys();
    state.allowances.set(allowanceId, 9n);
    expect(carryOver.step()).toBe('more');
    for (const requestId of [...state.open.keys()].slice(0, 10)) state.open.delete(requestId);
    while (carryOver.step() === 'more');
    expect(restated.open.size).toBe(2 * entriesPerTurn - 10);
    expect(restated.allowances.get(allowanceId)).toBe(9n);
  });

  it('says when the segment is full, and begins anew in the next', () => {
    const state = stateWith(10, 0);
    const { carryOver, restated } = restating(state, 4);
    expect(carryOver.step()).toBe('full');
    expect(restated.open.size).toBeLessThan(10);
    const next = restating(state);
    expect(next.carryOver.step()).toBe('done');
    expect(next.restated.open.size).toBe(10);
  });
});
