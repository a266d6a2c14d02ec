import type { IncomingHttpHeaders } from 'node:http';
import type { BodyScan, WireFormat } from '@modelbridge/llm-wire';
import type { Need } from '../allowances/allowances.service.js';
import type { CatalogEndpoint, CatalogModel, RoutingTable } from '../catalog/routing-table.js';
import { modelNotFound, RequestError } from '../errors/request-error.js';
import { traitsOf } from '../providers/traits-of.js';
import { outputCovered, worstCaseOf } from '../pricing/price.js';
import { affinityOf } from './affinity.js';
import { suitModalities, withSuitedTurns } from './input-modalities.js';
import { checkNativeShapes } from './request-shapes.js';
import { identifierEdits } from './upstream-body/identifiers.js';
import { hasOpenAiTools } from './openai-tools.js';
import { mayMarkCache } from './prompt-cache.js';
import { readFields, type RequestFields } from './request-fields.js';
import { scanRequest } from './scan-request.js';
import {
  capToWrite,
  contextLeftFor,
  inputTokensOf,
  mayWriteCache,
  outputRangeOf,
  tokenBound,
} from './token-bound.js';
import {
  upstreamBody,
  upstreamFormat,
  type UpstreamBody,
} from './upstream-body/upstream-bodies.js';

/** What is decided about a request before any money is reserved for it. */
export interface RequestPlan {
  fields: RequestFields;
  model: CatalogModel;
  endpoints: readonly CatalogEndpoint[];
  /** Requests with the same one go to the same endpoint while it is healthy. */
  affinity: string | undefined;
  startedAt: number;
  bodyBytes: number;
  estimatedInputTokens: number;
  need: Need;
  /** The cap on output tokens to write for each choice when this much is reserved; undefined for none. */
  outputCap(reservedNanoUsd: bigint): number | undefined;
  bodyFor(endpoint: CatalogEndpoint, outputCap: number | undefined): UpstreamBody;
}

export interface PlanInput {
  format: WireFormat;
  headers: IncomingHttpHeaders;
  body: Buffer;
  scan: BodyScan;
  accountId: string;
  startedAt: number;
  table: RoutingTable;
}

/** The body with turns that the model takes, scanned. Throws 400 for a new part that it does not take. */
export function suited(
  { format, body, scan, table }: Pick<PlanInput, 'format' | 'body' | 'scan' | 'table'>,
  model: CatalogModel,
): { body: Buffer; scan: BodyScan; leftOut: readonly string[] } {
  const turns = suitModalities({ body, scan, model }, table.models);
  const { leftOut } = turns;
  const changed = withSuitedTurns(body, scan, turns);
  if (changed === body) return { body, scan, leftOut };
  return { body: changed, scan: scanRequest(format, changed), leftOut };
}

/** The least output cap that an upstream takes. */
const leastCap: Record<WireFormat, number> = { chat: 1, responses: 16, messages: 1 };

function leastCapOf(
  format: WireFormat,
  isTranslated: boolean,
  { thinkingBudget }: RequestFields,
  model: CatalogModel,
): number {
  if (format !== 'messages' || isTranslated || thinkingBudget === 0) return leastCap[format];
  return Math.min(thinkingBudget + 1, model.maxOutputTokens);
}

function notServed({ id }: CatalogModel): RequestError {
  return RequestError.of('model_unavailable', {
    message: `No provider serves '${id}' right now. Try again shortly, or choose another model.`,
    param: 'model',
  });
}

/** Throws 400, 404 or 503, and WireRequestError for what cannot be translated. */
export function planRequest(input: PlanInput): RequestPlan {
  const { format, headers, accountId, startedAt, table } = input;
  const read = readFields(format, input.body, input.scan);
  const model = table.model(read.model);
  if (model === undefined) throw modelNotFound(read.model);
  const { body, scan, leftOut } = suited(input, model);
  const endpoints = table.endpoints(model.id);
  const [first] = endpoints;
  if (first === undefined) throw notServed(model);
  const isForeign =
    traitsOf[first.provider].dialect === 'vllm' && hasOpenAiTools(format, body, scan);
  const fields = isForeign ? { ...read, mustTranslate: true } : read;
  const firstFormat = upstreamFormat(first, format, fields.mustTranslate);
  const isTranslated = firstFormat !== format || fields.mustTranslate;
  if (!isTranslated) checkNativeShapes(format, body, scan, traitsOf[first.provider].checksTypes);
  const tokens = inputTokensOf(scan.input, model, fields.hiddenTokens);
  const least = leastCapOf(firstFormat, isTranslated, fields, model);
  const range = outputRangeOf(fields.outputCap, model.maxOutputTokens, least);
  const { tiers } = model.price;
  const contextLeft = contextLeftFor(model, tokens);
  const marksCache = mayMarkCache(headers);
  const common = { format, headers, startedAt, identifiers: identifierEdits(input) };
  const source = { ...common, body, scan, fields, model, leftOut, marksCache };
  const bodyFor = (endpoint: CatalogEndpoint, cap: number | undefined): UpstreamBody =>
    upstreamBody(
      source,
      endpoint,
      cap,
      Math.max(range.smallest, Math.min(range.largest, contextLeft)),
    );
  // What cannot be translated is refused before anything is reserved.
  const translated = isTranslated ? bodyFor(first, undefined) : undefined;
  const cacheWrites = mayWriteCache(translated?.body ?? body, model);
  const largest = tokenBound(tokens.bound, range.largest, fields.choices, cacheWrites);
  const smallest = tokenBound(tokens.bound, range.smallest, fields.choices, cacheWrites);
  return {
    fields,
    model,
    endpoints,
    affinity: affinityOf({ headers, body, scan, accountId, endpoints }),
    startedAt,
    bodyBytes: input.body.length,
    estimatedInputTokens: tokens.estimated,
    need: {
      worstCaseNanoUsd: worstCaseOf(tiers, largest),
      minimumNanoUsd: worstCaseOf(tiers, smallest),
      tokens: largest.inputTokens + largest.outputTokens,
    },
    outputCap: (reservedNanoUsd) =>
      capToWrite({
        callerCap: fields.outputCap,
        range,
        covered: outputCovered(tiers, largest, reservedNanoUsd),
        choices: fields.choices,
        contextLeft,
        mustFit: traitsOf[model.provider].capMustFit,
      }),
    bodyFor: (endpoint, cap) =>
      translated !== undefined && cap === undefined && endpoint.id === first.id
        ? translated
        : bodyFor(endpoint, cap),
  };
}
