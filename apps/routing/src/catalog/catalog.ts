import { providerFacts, providers, regions, type PicoUsdPerToken } from '@modelbridge/contracts';
import { z } from 'zod';

export const modelApis = ['chat_completions', 'responses', 'messages'] as const;
export type ModelApi = (typeof modelApis)[number];

/** Vendors route by themselves: their one endpoint has no region of ours. */
export const globalRegion = 'global';

const label = z.string().min(1).max(200);
const version = z.string().regex(/^\d{4}-\d{2}-\d{2}[a-z0-9.-]{0,20}$/, 'must start with a date');
const tokens = z.int().min(0).max(100_000_000);

/** A price of zero is a fault, never a price; none is above 10,000 USD per million tokens. */
const picoUsd = z
  .string()
  .regex(/^[1-9]\d{0,10}$/, 'must be a positive decimal integer of pico-USD per token')
  .transform((digits): PicoUsdPerToken => BigInt(digits));

const priceTierSchema = z.strictObject({
  /** All tokens of a request whose total input is above this have these prices. */
  aboveInputTokens: tokens,
  inputPicoUsd: picoUsd,
  cacheReadPicoUsd: picoUsd,
  cacheWrite5mPicoUsd: picoUsd,
  cacheWrite1hPicoUsd: picoUsd,
  outputPicoUsd: picoUsd,
});
export type PriceTier = z.output<typeof priceTierSchema>;

const priceSchema = z.strictObject({
  version,
  /** Why this price is ModelBridge's own, where the vendor publishes none. */
  assumed: z.string().min(1).optional(),
  tiers: z
    .array(priceTierSchema)
    .min(1)
    .max(10)
    .refine((tiers) => tiers[0]?.aboveInputTokens === 0, 'must begin with the base tier')
    .refine(
      (tiers) =>
        tiers.every(
          (t, i) => i === 0 || t.aboveInputTokens > (tiers[i - 1]?.aboveInputTokens ?? 0),
        ),
      'must be sorted by aboveInputTokens',
    ),
});

/** The most input tokens that one image or file is billed as; 0 for the model's whole input limit. */
const ceilingSchema = z.strictObject({ tokens, source: z.string().min(1) });

/** What a translated request must know of the model; catalogs from before it had none. */
const upstreamTraitsSchema = z
  .strictObject({
    /** How an Anthropic model is asked to think. */
    thinking: z.enum(['budget', 'adaptive', 'none']).default('budget'),
    /** Whether a JSON schema can be asked for as such, and not as a tool. */
    nativeStructuredOutput: z.boolean().default(false),
    /** Whether temperature and top_p are refused. */
    refusesSampling: z.boolean().default(false),
    /** What turns thinking on and off in a pool's chat template; left out where nothing does. */
    thinkingSwitch: z
      .strictObject({
        name: z.enum(['thinking', 'enable_thinking']),
        /** The server and template that this holds for. */
        deployment: z.string().min(1),
      })
      .optional(),
    /** The efforts of reasoning that the model takes, the least first. */
    efforts: z.array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])).default([]),
    /** The shortest prompt that the vendor caches. */
    minCachedTokens: tokens.default(0),
  })
  .prefault({});

const modelSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/),
    displayName: label,
    ownedBy: label,
    provider: z.enum(providers),
    /** The model's name at the upstream. */
    upstreamModel: label,
    apis: z.array(z.enum(modelApis)).min(1),
    regions: z.array(z.enum([globalRegion, ...regions])).min(1),
    aliases: z.array(z.string().regex(/^[a-z0-9][a-z0-9./-]{0,99}$/)).max(20),
    createdAt: z.iso.datetime(),
    contextWindowTokens: tokens.min(1),
    maxInputTokens: tokens.min(1),
    maxOutputTokens: tokens.min(1),
    contentPolicy: z.enum(['sealed_30_days', 'never']),
    inputModalities: z.array(z.enum(['text', 'image', 'file'])).min(1),
    outputModalities: z.array(z.enum(['text'])).min(1),
    maxTokensPerImage: ceilingSchema,
    maxTokensPerFile: ceilingSchema,
    allowedBetas: z.array(z.string().regex(/^[a-z0-9-]{1,100}$/)).max(100),
    upstreamTraits: upstreamTraitsSchema,
    price: priceSchema,
  })
  .refine(
    ({ provider, contentPolicy }) =>
      contentPolicy === 'never' || providerFacts[provider].contentMayBeStored,
    {
      path: ['contentPolicy'],
      message: "must be never: content of this provider's models is not stored",
    },
  )
  .refine(
    ({ provider, regions: given }) =>
      providerFacts[provider].location.isRegional !== given.includes(globalRegion),
    {
      path: ['regions'],
      message: 'must be global for vendors that route by themselves, and else real regions',
    },
  )
  .refine((model) => model.maxInputTokens <= model.contextWindowTokens, {
    path: ['maxInputTokens'],
    message: 'must fit the context window',
  });
export type Model = z.output<typeof modelSchema>;

/** The models on offer with their prices. A change of any kind is a new version. */
export const catalogSchema = z.strictObject({
  version,
  models: z
    .array(modelSchema)
    .min(1)
    .max(500)
    .superRefine((models, context) => {
      for (const name of duplicates(models.flatMap(({ id, aliases }) => [id, ...aliases]))) {
        context.addIssue({ code: 'custom', message: `${name} names two models` });
      }
    }),
});
export type Catalog = z.output<typeof catalogSchema>;

/**
 * Models whose price differs between two catalogs though its version does not: a request that froze
 * the version would be charged by one and audited by the other.
 */
export function repricedWithoutVersion(before: Catalog, after: Catalog): string[] {
  const known = new Map(before.models.map((model) => [model.id, model.price]));
  return after.models
    .filter(({ id, price }) => {
      const old = known.get(id);
      return old?.version === price.version && !sameTiers(old.tiers, price.tiers);
    })
    .map(({ id }) => id);
}

function sameTiers(a: PriceTier[], b: PriceTier[]): boolean {
  return (
    a.length === b.length &&
    a.every((tier, i) =>
      (Object.keys(tier) as (keyof PriceTier)[]).every((name) => tier[name] === b[i]?.[name]),
    )
  );
}

function duplicates(names: string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}
