import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ProviderCost, ProviderCostState } from '@modelbridge/contracts/billing.v1';
import { stackOfFile } from '../testing/stack-of-file.js';

const { stack, run } = stackOfFile();

const day = new Date('2026-11-01T00:00:00Z');
const cost = ProviderCost.fromPartial({
  day,
  provider: 'openai',
  model: 'gpt-5',
  state: ProviderCostState.DIFFERS,
  requests: 3n,
  used: { inputTokens: 5n },
  billed: { inputTokens: 7n },
  listCostNanoUsd: 2_000_000_000n,
  chargedNanoUsd: 1_500_000_000n,
  billedNanoUsd: 2_100_000_000n,
});
const unbilled = ProviderCost.fromPartial({ day, state: ProviderCostState.NO_BILL });

describe("providers' costs", () => {
  it('are imported as they are in the file', async () => {
    stack.answers.set('importProviderBill', () => ({
      days: [{ provider: 'openai', day, lines: 1, changed: true }],
    }));
    const file = join(stack.state, 'bill.csv');
    await writeFile(file, 'day,\u00e9');
    expect(await run('provider-bill', 'import', '--file', file)).toEqual({
      code: 0,
      answer: { days: [{ provider: 'openai', day: '2026-11-01', lines: 1, changed: true }] },
    });
    expect(stack.calls).toMatchObject([['importProviderBill', { csv: Buffer.from('day,\u00e9') }]]);
  });

  it('are shown with exact money, difference and margin; what has no bill is in no total', async () => {
    stack.answers.set('listProviderCosts', () => ({ costs: [cost, unbilled] }));
    const { answer } = await run('provider-cost', 'list', '--from', '2026-11-01');
    expect(stack.calls).toMatchObject([
      ['listProviderCosts', { from: day, to: new Date('2026-11-02T00:00:00Z'), provider: '' }],
    ]);
    const amounts = {
      listCostUsd: '2',
      billedUsd: '2.1',
      differenceUsd: '0.1',
      chargedUsd: '1.5',
      marginUsd: '-0.6',
    };
    expect(answer).toMatchObject({
      costs: [
        {
          day: '2026-11-01',
          state: 'differs',
          usedTokens: { inputTokens: 5, outputTokens: null },
          billedTokens: { inputTokens: 7 },
          ...amounts,
        },
        { state: 'no_bill', billedUsd: null, marginUsd: null },
      ],
      totals: { rows: 1, rowsWithoutBill: 1, ...amounts },
    });
    const only = await run('provider-cost', 'list', '--from', '2026-11-01', '--only', 'no_bill');
    expect(only.answer).toMatchObject({ costs: [{ state: 'no_bill' }] });
  });

  it.each([
    ['file', ['provider-bill', 'import', '--file', '/nowhere.csv']],
    ['from', ['provider-cost', 'list', '--from', '2026-02-30']],
    ['to', ['provider-cost', 'list', '--from', '2026-02-01', '--to', 'tomorrow']],
    ['only', ['provider-cost', 'list', '--from', '2026-02-01', '--only', 'wrong']],
  ])('name --%s where it is wrong, and call nobody', async (field, args) => {
    expect(await run(...args)).toMatchObject({ answer: { error: { field } } });
    expect(stack.calls).toEqual([]);
  });
});
