import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Move, MoveKind } from './moves.js';
import { taxOfMove, type TaxedPayment } from './tax.js';

function paid(amountCents: number, taxCents: number): TaxedPayment {
  return { amountCents, taxCents, backCents: 0, backTaxCents: 0, parts: new Map() };
}

const move = (kind: MoveKind, objectId: string, amountCents: number): Move => ({
  ...{ kind, objectId, amountCents },
});

/** A payment, and parts of it that together are all of it. */
const payments = fc
  .array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 })
  .chain((parts) => {
    const amount = parts.reduce((sum, part) => sum + part, 0);
    return fc.record({
      parts: fc.constant(parts),
      amount: fc.constant(amount),
      tax: fc.integer({ min: 0, max: Math.floor(amount / 2) }),
      returned: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    });
  });

describe('the tax in what goes back', () => {
  it('is all of the tax once all has gone back, however it was cut, with some of it returned meanwhile', () => {
    fc.assert(
      fc.property(payments, ({ parts, amount, tax, returned }) => {
        const payment = paid(amount, tax);
        for (const [index, part] of parts.entries()) {
          const taken = taxOfMove(payment, move('refund', `re_${index}`, part));
          expect(taken).toBeGreaterThanOrEqual(0);
          expect(taken).toBeLessThanOrEqual(part);
          if (!returned[index]) continue;
          expect(taxOfMove(payment, move('refund_returned', `re_${index}`, part))).toBe(taken);
          taxOfMove(payment, move('dispute', `dp_${index}`, part));
          taxOfMove(payment, move('dispute_lost', `dp_${index}`, part));
        }
        expect(payment).toMatchObject({ backCents: amount, backTaxCents: tax });
      }),
    );
  });

  it('is in proportion, to the half of a cent', () => {
    const payment = paid(3_000, 500);
    expect(taxOfMove(payment, move('refund', 're_1', 1_000))).toBe(167);
    expect(taxOfMove(payment, move('refund', 're_2', 1_000))).toBe(166);
    expect(taxOfMove(payment, move('refund', 're_3', 1_000))).toBe(167);
  });

  it('is nothing of what has none', () => {
    expect(taxOfMove(paid(3_000, 0), move('dispute', 'dp_1', 3_000))).toBe(0);
  });
});
