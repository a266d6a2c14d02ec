import { z } from 'zod';
import { idSchema } from '../ids.js';
import { nanoUsdJson } from '../money.js';
import { tagsSchema } from '../tags.js';
import { defineEvent } from './event.js';

const count = z.int().min(0);
const label = z.string().max(200);

/** How a request ended; with `status` it decides what is charged (docs/charging.md). */
export const requestOutcomes = [
  'completed',
  'failed',
  'caller_gone',
  'upstream_cut',
  'timed_out',
  'shut_down',
  'crashed',
] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];

/** One finished request: metadata only, never content. */
export const requestRecordSchema = z.object({
  requestId: idSchema('request'),
  /** Gapless within a gateway epoch, in the order in which requests were closed. */
  sequence: z.int().min(1),
  allowanceId: idSchema('allowance').nullable(),
  startedAt: z.iso.datetime(),
  completedAt: z.iso.datetime(),
  accountId: idSchema('account'),
  userId: idSchema('user'),
  teamId: idSchema('team').nullable(),
  keyId: idSchema('key'),
  /** SHA-256 (hex) of the key's public id. */
  keyHash: z.string().regex(/^[0-9a-f]{64}$/),
  model: label,
  /** Null when no provider was called. */
  provider: label.nullable(),
  region: label.nullable(),
  api: z.enum(['chat_completions', 'responses', 'messages']),
  status: z.int().min(100).max(599),
  outcome: z.enum(requestOutcomes),
  finishReason: label.nullable(),
  errorClass: label.nullable(),
  streamed: z.boolean(),
  /** Tokens were counted by ModelBridge because the provider reported none. */
  estimated: z.boolean(),
  inputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  outputTokens: count,
  reasoningTokens: count,
  costNanoUsd: nanoUsdJson,
  priceVersion: label,
  timeToFirstTokenMs: count.nullable(),
  /** What the caller wrote on it, by name in order; absent where nothing. */
  tags: tagsSchema.optional(),
});
export type RequestRecord = z.infer<typeof requestRecordSchema>;

/**
 * Requests that a gateway closed, a batch of one or more. Sent again until the ledger's watermark
 * covers it, so a consumer must expect each record more than once.
 */
export const usageRequestCompleted = defineEvent({
  subject: 'usage.request.completed.v1',
  stream: 'USAGE',
  schema: z.object({
    /** One life of one gateway process; sequences count within it. */
    gatewayEpoch: z.uuid(),
    records: z.array(requestRecordSchema).min(1).max(500),
  }),
});
