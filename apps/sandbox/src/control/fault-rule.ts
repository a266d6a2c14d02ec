import { z } from 'zod';
import { MAX_FAULT_DELAY_MS, MAX_FAULT_RULES } from '../bounds.js';
import { providers, regions, type Provider } from '@modelbridge/contracts';

const delayMs = z.number().int().min(0).max(MAX_FAULT_DELAY_MS);
const chunks = z.number().int().min(0);
const tokens = z.number().int().min(0);

/** One fault and the requests that it applies to; a condition that is left out matches any. */
export const faultRuleSchema = z.strictObject({
  provider: z.enum(providers).optional(),
  region: z.enum(regions).optional(),
  /** The upstream's name of a model or one of its short names. */
  model: z.string().min(1).optional(),
  /** The end of the path, such as `/chat/completions`. */
  path: z.string().min(1).optional(),

  latencyMs: delayMs.optional(),
  chunkDelayMs: delayMs.optional(),
  error: z
    .strictObject({
      status: z.number().int().min(400).max(599),
      type: z.string(),
      message: z.string(),
      code: z.union([z.string(), z.number()]).optional(),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** With `error`: answer 200 and send it inside the stream after so many chunks. */
  errorAfterChunks: chunks.optional(),
  cutAfterChunks: chunks.optional(),
  stallAfterChunks: chunks.optional(),
  holdAfterChunks: chunks.optional(),
  hang: z.literal(true).optional(),
  refuseConnections: z.literal(true).optional(),
  /** `true`: where the caller accepts gzip; `force`: also where it does not. */
  gzip: z.union([z.literal(true), z.literal('force')]).optional(),
  omitUsage: z.literal(true).optional(),
  usage: z
    .strictObject({
      inputTokens: tokens.optional(),
      cacheReadTokens: tokens.optional(),
      cacheWrite5mTokens: tokens.optional(),
      cacheWrite1hTokens: tokens.optional(),
      outputTokens: tokens.optional(),
      reasoningTokens: tokens.optional(),
    })
    .optional(),
  /** Applies to the next so many matching requests only. */
  count: z.number().int().min(1).optional(),
});

export const faultRulesSchema = z.union([
  z.array(faultRuleSchema).max(MAX_FAULT_RULES),
  faultRuleSchema.transform((rule) => [rule]),
]);

export type FaultRule = z.infer<typeof faultRuleSchema>;

/** What rules are matched against. */
export interface FaultTarget {
  provider: Provider;
  region: string | null;
  /** Every name of the model that was asked for; empty where none was. */
  modelNames: string[];
  path: string;
}

export function matches(rule: FaultRule, target: FaultTarget): boolean {
  return (
    (rule.provider === undefined || rule.provider === target.provider) &&
    (rule.region === undefined || rule.region === target.region) &&
    (rule.model === undefined || target.modelNames.includes(rule.model)) &&
    (rule.path === undefined || target.path.endsWith(rule.path))
  );
}
