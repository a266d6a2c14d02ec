import { estimateTokens, type InputMeasure } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import { bounds } from '../bounds.js';
import { traitsOf } from '../providers/traits-of.js';
import type { TokenBound } from '../pricing/price.js';

export interface InputTokens {
  /** No request with this body is billed for more. */
  bound: number;
  /** Our count, for a reply that reports none. */
  estimated: number;
  /** Too high rather than too low, but nearer than the bound: for what is left of the context. */
  cautious: number;
}

/** A token is at least one byte of text; of dense scripts it is rarely less than two. */
const cautiousBytesPerToken = 2;

export function inputTokensOf(
  input: InputMeasure,
  model: CatalogModel,
  hiddenTokens: number,
): InputTokens {
  const most = model.maxInputTokens;
  const template = bounds.templateTokens + hiddenTokens;
  const media =
    input.imageParts * model.maxTokensPerImage + input.fileParts * model.maxTokensPerFile;
  const estimated = Math.min(most, estimateTokens(input.textBytes) + media);
  // Nothing is known of what the provider fetches, and of how it counts sound and films.
  const unbounded = input.urlSources + input.audioParts + input.videoParts > 0;
  return {
    bound: unbounded ? most : Math.min(most, input.textBytes + template + media),
    estimated,
    cautious: Math.min(most, Math.ceil(input.textBytes / cautiousBytesPerToken) + template + media),
  };
}

/**
 * Output tokens for which the context has room: what surely is left behind the prompt, or half of what
 * is left by our own count where that is more. Prompts are dense enough for the first to be far too
 * little only where they are long.
 */
export function contextLeftFor(model: CatalogModel, tokens: InputTokens): number {
  const { contextWindowTokens: context } = model;
  return Math.max(context - tokens.cautious, Math.floor((context - tokens.estimated) / 2));
}

const cacheMarks = [Buffer.from('cache_control'), Buffer.from('\\u')];

/**
 * Whether some input may be billed as a cache write. Where only marked input is, the mark may be
 * spelled with escapes, so any escape counts as one.
 */
export function mayWriteCache(body: Buffer, model: CatalogModel): boolean {
  if (!traitsOf[model.provider].writesMarkedCacheOnly) return true;
  return cacheMarks.some((mark) => body.includes(mark));
}

export interface OutputRange {
  /** Per choice: the most that the request asks for. */
  largest: number;
  /** Per choice: below this the request is not worth sending. */
  smallest: number;
}

/** The output that a request may ask for. `least` is what the upstream accepts as a cap. */
export function outputRangeOf(
  callerCap: number | undefined,
  modelMaximum: number,
  least: number,
): OutputRange {
  const largest = Math.max(Math.min(callerCap ?? modelMaximum, modelMaximum), least);
  return { largest, smallest: Math.min(largest, Math.max(bounds.minOutputCapTokens, least)) };
}

/** The bound of a whole request with this much output for each choice. */
export function tokenBound(
  inputTokens: number,
  outputTokens: number,
  choices: number,
  cacheWrites: boolean,
): TokenBound {
  return { inputTokens, outputTokens: outputTokens * choices, mayWriteCache: cacheWrites };
}

/**
 * The cap to write for each choice, or undefined where the body goes as it came. `covered` is the
 * output of all choices that the reservation covers.
 */
export function capToWrite(options: {
  callerCap: number | undefined;
  range: OutputRange;
  covered: number;
  choices: number;
  contextLeft: number;
  /** The upstream refuses a cap for which the context has no room. */
  mustFit: boolean;
}): number | undefined {
  const { callerCap, range, choices, contextLeft } = options;
  const perChoice = Math.floor(options.covered / choices);
  if (perChoice >= range.largest) {
    const room = options.mustFit ? Math.max(range.smallest, contextLeft) : Infinity;
    const most = Math.min(range.largest, room);
    return callerCap !== undefined && callerCap > most ? most : undefined;
  }
  const fits = Math.max(range.smallest, Math.min(perChoice, contextLeft));
  return Math.min(fits, perChoice, callerCap ?? Infinity);
}
