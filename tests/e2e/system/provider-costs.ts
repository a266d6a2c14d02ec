import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { ops, refusedOps } from '../operator.js';
import { ask, usageOf } from './demo-caller.js';
import { stack } from './the-system.js';

interface Cost {
  day: string;
  provider: string;
  model: string;
  state: string;
  requests: number;
  usedTokens: Record<string, number>;
  listCostUsd: string;
  chargedUsd: string;
  billedUsd: string | null;
  differenceUsd: string | null;
  differences: string[];
}

const header =
  'day,provider,model,input_tokens,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,cost_usd';
const rowOf = ({ day, provider, model, usedTokens }: Cost, usd: string) =>
  [day, provider, model, ...Object.values(usedTokens), usd].join(',');

async function list(day: string, provider: string): Promise<Cost[]> {
  const args = ['provider-cost', 'list', '--from', day, '--provider', provider];
  return (await ops<{ costs: Cost[] }>(stack, ...args)).costs;
}

let files = 0;
async function csvFile(...rows: string[]): Promise<string> {
  const file = join(stack.state, `bill-${(files += 1)}.csv`);
  await writeFile(file, [header, ...rows].join('\n'));
  return file;
}

describe("a provider's bill", () => {
  it('is held against what all accounts used, a wrong price is seen, and a corrected bill ends it', async () => {
    const { id } = await ask('gpt-5.4', false, 'what do you cost us');
    const day = (await usageOf(id)).completed_at.slice(0, 10);
    const used = await eventually(async () => {
      const costs = await list(day, 'openai');
      expect(costs.map(({ state }) => state)).toEqual(costs.map(() => 'no_bill'));
      expect(costs.length).toBeGreaterThan(0);
      return costs;
    });
    const dear = (cost: Cost) => (cost.model === 'gpt-5.4' ? '17.5' : cost.listCostUsd);
    const wrong = await csvFile(...used.map((cost) => rowOf(cost, dear(cost))));
    const right = await csvFile(...used.map((cost) => rowOf(cost, cost.listCostUsd)));
    const days = [{ provider: 'openai', day, lines: used.length, changed: true }];
    expect(await ops(stack, 'provider-bill', 'import', '--file', wrong)).toEqual({ days });
    expect(await ops(stack, 'provider-bill', 'import', '--file', wrong)).toEqual({
      days: days.map((one) => ({ ...one, changed: false })),
    });
    const differing = (await list(day, 'openai')).filter(({ state }) => state !== 'agrees');
    expect(differing).toMatchObject([{ model: 'gpt-5.4', state: 'differs', billedUsd: '17.5' }]);
    await ops(stack, 'provider-bill', 'import', '--file', right);
    expect((await list(day, 'openai')).map(({ state }) => state)).toEqual(used.map(() => 'agrees'));
    const bad = await csvFile(`${day},openai,gpt-5.4,1,,,,-1,12`, `${day},nobody,gpt-5.4,,,,,,`);
    expect(await refusedOps(stack, 'provider-bill', 'import', '--file', bad)).toMatchObject({
      error: {
        code: 'invalid_argument',
        field: 'csv',
        message: expect.stringMatching(
          /^line 2: output_tokens .*; line 3: provider .*; line 3: cost_usd /,
        ),
      },
    });
  });
});
