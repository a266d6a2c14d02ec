import { isObject, objectAt, type JsonObject } from '../json.js';
import type { WireFormat } from '../wire-format.js';
import type { ReportedUsage } from './token-usage.js';

/** The disjoint counts in an upstream's `usage` object, or undefined where it holds no count. */
export function readUsage(format: WireFormat, raw: unknown): ReportedUsage | undefined {
  const accumulator = new UsageAccumulator(format);
  accumulator.add(raw);
  return accumulator.usage;
}

/**
 * Usage over the events of one stream. Upstreams repeat cumulative counts, so a later count
 * overwrites an earlier one and is never added to it; null, absence and zero overwrite nothing.
 */
export class UsageAccumulator {
  private raw: JsonObject | undefined;
  private counts: ReportedUsage | undefined;

  constructor(private readonly format: WireFormat) {}

  add(raw: unknown): void {
    if (!isObject(raw)) return;
    this.raw = overlay(this.raw ?? {}, raw);
    const counts = this.format === 'messages' ? anthropicUsage(this.raw) : openaiUsage(this.raw);
    this.counts = Object.keys(counts).length > 0 ? counts : undefined;
  }

  get usage(): ReportedUsage | undefined {
    return this.counts;
  }
}

function overlay(under: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    const before = merged[key];
    // Counts only grow: a zero after one is a count that was lost.
    if (value === 0 && typeof before === 'number') continue;
    merged[key] = isObject(value) ? overlay(isObject(before) ? before : {}, value) : value;
  }
  return merged;
}

/** Anthropic's `input_tokens` leaves cache reads and writes out. */
function anthropicUsage(raw: JsonObject): ReportedUsage {
  const split = objectAt(raw, 'cache_creation');
  const write5m = count(split, 'ephemeral_5m_input_tokens');
  const write1h = count(split, 'ephemeral_1h_input_tokens');
  const total = count(raw, 'cache_creation_input_tokens');
  const usage: ReportedUsage = {};
  set(usage, 'inputTokens', count(raw, 'input_tokens'));
  set(usage, 'cacheReadTokens', count(raw, 'cache_read_input_tokens'));
  // The total is the older field and the split may be left at zero beside it: what the split does
  // not explain is at the 5 minute price, the default.
  const oneHour = total === undefined ? write1h : Math.min(write1h ?? 0, total);
  set(usage, 'cacheWrite5mTokens', total === undefined ? write5m : total - (oneHour ?? 0));
  set(usage, 'cacheWrite1hTokens', oneHour);
  set(usage, 'outputTokens', count(raw, 'output_tokens'));
  set(usage, 'reasoningTokens', count(objectAt(raw, 'output_tokens_details'), 'thinking_tokens'));
  return usage;
}

/** OpenAI's two APIs and vLLM: the input total includes what was read from and written to a cache. */
function openaiUsage(raw: JsonObject): ReportedUsage {
  const inputDetails =
    objectAt(raw, 'prompt_tokens_details') ?? objectAt(raw, 'input_tokens_details');
  const outputDetails =
    objectAt(raw, 'completion_tokens_details') ?? objectAt(raw, 'output_tokens_details');
  const usage: ReportedUsage = {};
  const total = count(raw, 'prompt_tokens') ?? count(raw, 'input_tokens');
  if (total !== undefined) {
    const cached =
      count(inputDetails, 'cached_tokens') ??
      count(raw, 'cached_tokens') ??
      count(raw, 'prompt_cache_hit_tokens') ??
      0;
    const written =
      count(inputDetails, 'cache_write_tokens') ??
      count(inputDetails, 'cache_creation_tokens') ??
      0;
    usage.cacheReadTokens = Math.min(cached, total);
    usage.cacheWrite5mTokens = Math.min(written, total - usage.cacheReadTokens);
    usage.cacheWrite1hTokens = 0;
    usage.inputTokens = total - usage.cacheReadTokens - usage.cacheWrite5mTokens;
  }
  set(usage, 'outputTokens', openaiOutput(raw, total));
  set(
    usage,
    'reasoningTokens',
    count(outputDetails, 'reasoning_tokens') ?? count(raw, 'reasoning_tokens'),
  );
  return usage;
}

function openaiOutput(raw: JsonObject, inputTokens: number | undefined): number | undefined {
  const reported = count(raw, 'completion_tokens') ?? count(raw, 'output_tokens');
  if (reported !== undefined || inputTokens === undefined) return reported;
  const both = count(raw, 'total_tokens');
  return both === undefined || both < inputTokens ? undefined : both - inputTokens;
}

function count(from: JsonObject | undefined, key: string): number | undefined {
  const value = from?.[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function set(usage: ReportedUsage, key: keyof ReportedUsage, value: number | undefined): void {
  if (value !== undefined) usage[key] = value;
}
