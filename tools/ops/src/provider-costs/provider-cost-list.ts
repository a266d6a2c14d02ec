import { formatUsd } from '@modelbridge/contracts';
import {
  ProviderCostState,
  type ProviderCost,
  type ProviderTokens,
} from '@modelbridge/contracts/billing.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { flagOf } from '../flag-names.js';
import { opsCommand } from '../ops-command.js';

const dayMs = 24 * 3_600_000;

const states: Partial<Record<ProviderCostState, string>> = {
  [ProviderCostState.AGREES]: 'agrees',
  [ProviderCostState.DIFFERS]: 'differs',
  [ProviderCostState.NOT_BILLED]: 'not_billed',
  [ProviderCostState.NOT_USED]: 'not_used',
  [ProviderCostState.NO_BILL]: 'no_bill',
};

export const providerCostList = opsCommand({
  usage: 'provider-cost list --from D [--to D] [--provider P] [--only S]',
  summary:
    'Shows what providers billed beside what was used and charged, by UTC day, provider and model.',
  options: [
    ['--from D', 'the first UTC day, such as 2026-11-01'],
    ['--to D', 'the last one, at most 100 days in all; without it the first one alone'],
    ['--provider P', 'anthropic, openai or selfhosted; all without it'],
    ['--only S', 'rows that are agrees, differs, not_billed, not_used or no_bill'],
  ],
  prints:
    '{costs: [{day, provider, model, state, requests, usedTokens, billedTokens, listCostUsd, billedUsd, differenceUsd, chargedUsd, marginUsd, differences}], totals}: difference is billed less list cost, margin charged less billed.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['from'], optional: ['to', 'provider', 'only'] });
    const { from: first = '', to: last = first, provider = '', only } = flags;
    const from = dayArgument(first, 'from');
    const to = new Date(dayArgument(last, 'to').getTime() + dayMs);
    if (only !== undefined && !Object.values(states).includes(only)) {
      throw invalidArgument('only', `--only must be one of ${Object.values(states).join(', ')}`);
    }
    const { billing } = await services();
    const { costs } = await billing.listProviderCosts({ from, to, provider });
    const shown = costs.filter((cost) => only === undefined || states[cost.state] === only);
    return { costs: shown.map(printedCost), totals: totalsOf(shown) };
  },
});

function dayArgument(text: string, field: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && day.toJSON()?.startsWith(text)) return day;
  throw invalidArgument(field, `${flagOf(field)} must be a UTC day such as 2026-11-01`);
}

function printedCost(cost: ProviderCost): object {
  const { provider, model, requests, differences, listCostNanoUsd, chargedNanoUsd } = cost;
  return {
    day: cost.day?.toISOString().slice(0, 10) ?? null,
    provider,
    model,
    state: states[cost.state] ?? 'unknown',
    requests: Number(requests),
    usedTokens: printedTokens(cost.used),
    billedTokens: printedTokens(cost.billed),
    ...amountsOf(listCostNanoUsd, cost.billedNanoUsd, chargedNanoUsd),
    differences,
  };
}

function printedTokens(tokens: ProviderTokens | undefined): object | null {
  if (tokens === undefined) return null;
  return Object.fromEntries(
    Object.entries(tokens).map(([name, count]: [string, bigint | undefined]) => [
      name,
      count === undefined ? null : Number(count),
    ]),
  );
}

/** Rows without a bill are none of a total: its margin would be too large. */
function totalsOf(costs: ProviderCost[]): object {
  const billed = costs.filter(({ state }) => state !== ProviderCostState.NO_BILL);
  const sum = (value: (cost: ProviderCost) => bigint) =>
    billed.reduce((total, cost) => total + value(cost), 0n);
  return {
    rows: billed.length,
    rowsWithoutBill: costs.length - billed.length,
    ...amountsOf(
      sum(({ listCostNanoUsd }) => listCostNanoUsd),
      sum(({ billedNanoUsd }) => billedNanoUsd ?? 0n),
      sum(({ chargedNanoUsd }) => chargedNanoUsd),
    ),
  };
}

function amountsOf(list: bigint, billed: bigint | undefined, charged: bigint): object {
  return {
    listCostUsd: formatUsd(list),
    billedUsd: billed === undefined ? null : formatUsd(billed),
    differenceUsd: billed === undefined ? null : formatUsd(billed - list),
    chargedUsd: formatUsd(charged),
    marginUsd: billed === undefined ? null : formatUsd(charged - billed),
  };
}
