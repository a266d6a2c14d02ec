import { describe, expect, it } from '@jest/globals';
import { providerFacts } from '@modelbridge/contracts';
import { catalogSchema, repricedWithoutVersion, type PriceTier } from './catalog.js';
import { shippedCatalog } from './shipped-catalog.js';

/**
 * The vendors' list prices of 2026-08-01 in USD per million tokens:
 * [above input tokens, input, cache read, cache write 5 min, cache write 1 h, output].
 * Where a vendor has no price for cache writes they cost what input (or the shorter write) does.
 */
const listPrices: Record<string, [number, string, string, string, string, string][]> = {
  'claude-opus-4-5': [[0, '5', '0.50', '6.25', '10', '25']],
  'claude-opus-4-6': [[0, '5', '0.50', '6.25', '10', '25']],
  'claude-sonnet-4-0': [
    [0, '3', '0.30', '3.75', '6', '15'],
    [200_000, '6', '0.60', '7.50', '12', '22.50'],
  ],
  'claude-sonnet-4-6': [[0, '3', '0.30', '3.75', '6', '15']],
  'gpt-5.4': [
    [0, '2.50', '0.25', '2.50', '2.50', '15'],
    [272_000, '5', '0.50', '5', '5', '22.50'],
  ],
  'gpt-5.3-codex': [[0, '1.75', '0.175', '1.75', '1.75', '14']],
  'gpt-5.3-codex-spark': [[0, '1.75', '0.175', '1.75', '1.75', '14']],
  'gpt-5.2-codex': [[0, '1.75', '0.175', '1.75', '1.75', '14']],
  'kimi-k2.5': [[0, '0.60', '0.10', '0.60', '0.60', '3']],
  'minimax-m2.5': [[0, '0.30', '0.03', '0.375', '0.375', '1.20']],
  'minimax-m2.7': [[0, '0.30', '0.06', '0.375', '0.375', '1.20']],
  'glm-5': [[0, '1.00', '0.20', '1.00', '1.00', '3.20']],
};

/** Pico-USD per token as USD per million tokens. */
function usdPerMillion(picoUsd: bigint): string {
  const fraction = (picoUsd % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${picoUsd / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

function withoutTrailingZeros(usd: string): string {
  return usd.includes('.') ? usd.replace(/\.?0+$/, '') : usd;
}

function asListed(tiers: PriceTier[]): (string | number)[][] {
  return tiers.map((tier) => [
    tier.aboveInputTokens,
    ...[
      tier.inputPicoUsd,
      tier.cacheReadPicoUsd,
      tier.cacheWrite5mPicoUsd,
      tier.cacheWrite1hPicoUsd,
      tier.outputPicoUsd,
    ].map(usdPerMillion),
  ]);
}

const catalog = catalogSchema.parse(shippedCatalog());

function changed(change: (shipped: { models: Record<string, unknown>[] }) => void): unknown {
  const shipped = shippedCatalog() as { models: Record<string, unknown>[] };
  change(shipped);
  return shipped;
}

describe('the shipped catalog', () => {
  it('has the twelve models and no other', () => {
    expect(catalog.models.map(({ id }) => id).sort()).toEqual(Object.keys(listPrices).sort());
  });

  it.each(catalog.models.map(({ id, price }) => [id, price] as const))(
    'charges the list price for %s',
    (id, price) => {
      const expected = listPrices[id]?.map(([above, ...usd]) => [
        above,
        ...usd.map(withoutTrailingZeros),
      ]);
      expect(asListed(price.tiers)).toEqual(expected);
    },
  );

  it('would not pass with one price off by the smallest unit', () => {
    const [tier] = catalog.models[0]?.price.tiers ?? [];
    if (tier === undefined) throw new Error('no tier');
    const off = asListed([{ ...tier, cacheReadPicoUsd: tier.cacheReadPicoUsd + 1n }]);
    expect(off).not.toEqual(asListed([tier]));
  });

  it('says which price is its own', () => {
    const assumed = catalog.models.filter(({ price }) => price.assumed !== undefined);
    expect(assumed.map(({ id }) => id)).toEqual(['gpt-5.3-codex-spark']);
  });

  it('never stores content of self-hosted models, and seals that of the vendors', () => {
    for (const { provider, contentPolicy } of catalog.models) {
      const { contentMayBeStored } = providerFacts[provider];
      expect(contentPolicy).toBe(contentMayBeStored ? 'sealed_30_days' : 'never');
    }
  });

  it('offers every other model under a name that starts with claude', () => {
    for (const { id, provider, aliases } of catalog.models) {
      if (provider !== 'anthropic') expect(aliases).toContain(`claude-compat-${id}`);
    }
  });

  it('speaks only Responses to the Codex models', () => {
    const codex = catalog.models.filter(({ id }) => id.includes('codex'));
    expect(codex).toHaveLength(3);
    for (const { apis } of codex) expect(apis).toEqual(['responses']);
  });
});

describe('a catalog', () => {
  it.each<[string, (models: Record<string, unknown>[]) => void]>([
    ['a token that costs nothing', ([model]) => setPrice(model, { inputPicoUsd: '0' })],
    ['a negative price', ([model]) => setPrice(model, { outputPicoUsd: '-1' })],
    ['a price in floating point', ([model]) => setPrice(model, { outputPicoUsd: 1.5 })],
    ['no base tier', ([model]) => setPrice(model, { aboveInputTokens: 1 })],
    ['two models of one name', ([model, other]) => Object.assign(model ?? {}, { id: other?.id })],
    [
      'an alias that is a model',
      ([model, other]) => Object.assign(model ?? {}, { aliases: [other?.id] }),
    ],
    [
      'stored content of a self-hosted model',
      (models) => Object.assign(models.at(-1) ?? {}, { contentPolicy: 'sealed_30_days' }),
    ],
    [
      'a vendor in a region of ours',
      ([model]) => Object.assign(model ?? {}, { regions: ['us-east'] }),
    ],
    ['a field that nobody reads', ([model]) => Object.assign(model ?? {}, { maxInputToken: 1 })],
  ])('is refused with %s', (_, change) => {
    expect(catalogSchema.safeParse(changed(({ models }) => change(models))).success).toBe(false);
  });

  it('must give a changed price a new version', () => {
    const repriced = catalogSchema.parse(
      changed(({ models: [model] }) => setPrice(model, { outputPicoUsd: '26000000' })),
    );
    expect(repricedWithoutVersion(catalog, catalog)).toEqual([]);
    expect(repricedWithoutVersion(catalog, repriced)).toEqual(['claude-opus-4-5']);
    const versioned = {
      ...repriced,
      models: repriced.models.map((m) => ({ ...m, price: { ...m.price, version: '2026-09-01' } })),
    };
    expect(repricedWithoutVersion(catalog, versioned)).toEqual([]);
  });
});

function setPrice(model: Record<string, unknown> | undefined, fields: object): void {
  const price = model?.['price'] as { tiers: object[] };
  Object.assign(price.tiers[0] ?? {}, fields);
}
