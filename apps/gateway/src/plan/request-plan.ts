import type { IncomingHttpHeaders } from 'node:http';
import type { Tags } from '@modelbridge/contracts';
import type { BodyScan, WireFormat } from '@modelbridge/llm-wire';
import type { Need } from '../allowances/allowances.service.js';
import type { CatalogEndpoint, CatalogModel, RoutingTable } from '../catalog/routing-table.js';
import { modelNotFound, RequestError } from '../errors/request-error.js';
import { traitsOf } from '../providers/traits-of.js';
import { outputCovered, worstCaseOf, type TokenBound } from '../pricing/price.js';
import { affinityOf } from './affinity.js';
import { suitModalities, withSuitedTurns } from './input-modalities.js';
import { checkNativeShapes } from './request-shapes.js';
import type { BodySource } from './upstream-body/body-source.js';
import { identifierEdits } from './upstream-body/identifiers.js';
import { hasOpenAiTools } from './openai-tools.js';
import { mayMarkCache } from './prompt-cache.js';
import { readFields, type RequestFields } from './request-fields.js';
import { scanRequest } from './scan-request.js';
import { mayStoreBy } from './store-header.js';
import { tagsOf } from './tags.js';
import {
  capToWrite,
  contextLeftFor,
  inputTokensOf,
  mayWriteCache,
  outputRangeOf,
  tokenBound,
  type OutputRange,
} from './token-bound.js';
import {
  upstreamBody,
  upstreamFormat,
  type UpstreamBody,
} from './upstream-body/upstream-bodies.js';

/** What is decided about a request, without its body: plain data. */
export interface Decision {
  fields: Pick<RequestFields, 'stream' | 'includeUsage' | 'outputCap' | 'choices' | 'mayStore'>;
  modelId: string;
  affinity: string | undefined;
  estimatedInputTokens: number;
  range: OutputRange;
  contextLeft: number;
  /** With the most output that the request asks for. */
  bound: TokenBound;
}

interface Decided {
  decision: Decision;
  first: CatalogEndpoint;
  /** The body for the first endpoint, where it had to be made to know that it can be. */
  translated: UpstreamBody | undefined;
  bodyFor: (endpoint: CatalogEndpoint, outputCap: number | undefined) => UpstreamBody;
}

/** What is decided about a request before any money is reserved for it. */
export interface RequestPlan extends Pick<
  Decision,
  'fields' | 'affinity' | 'estimatedInputTokens'
> {
  model: CatalogModel;
  endpoints: readonly CatalogEndpoint[];
  startedAt: number;
  /** Memory that the request takes while it runs: the body, and what is made of it. */
  heldBytes: number;
  need: Need;
  /** What the caller wrote on it; undefined where nothing. */
  tags: Tags | undefined;
  /** Neither its headers nor its body say that it is not to be stored. */
  mayStore: boolean;
  bodyBytes: number;
  /** The body as it came; undefined or empty where another thread has it. */
  readonly callerBody: () => Buffer | undefined;
  /** Of the body as it came; present for a request with an Idempotency-Key. */
  bodyHmac?: Buffer;
  /** The cap on output tokens to write for each choice when this much is reserved; undefined for none. */
  outputCap(reservedNanoUsd: bigint): number | undefined;
  bodyFor(
    endpoint: CatalogEndpoint,
    outputCap: number | undefined,
  ): UpstreamBody | Promise<UpstreamBody>;
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

/** What a request says, and from which each upstream's body is made. Throws 400, 404 or 503. */
function readRequest(input: PlanInput) {
  const { format, headers, startedAt, table } = input;
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
  const contextLeft = contextLeftFor(model, tokens);
  const marksCache = mayMarkCache(headers);
  const common = { format, headers, startedAt, identifiers: identifierEdits(input) };
  const source: BodySource = { ...common, body, scan, fields, model, leftOut, marksCache };
  const defaultCap = Math.max(range.smallest, Math.min(range.largest, contextLeft));
  const bodyFor = (endpoint: CatalogEndpoint, cap: number | undefined): UpstreamBody =>
    upstreamBody(source, endpoint, cap, defaultCap);
  return { source, endpoints, first, isTranslated, tokens, range, contextLeft, bodyFor };
}

/** Throws 400, 404 or 503, and WireRequestError for what cannot be translated. */
export function decide(input: PlanInput): Decided {
  const request = readRequest(input);
  const { source, endpoints, first, isTranslated, tokens, range, contextLeft, bodyFor } = request;
  const { body, scan, fields, model } = source;
  const { headers, accountId } = input;
  // What cannot be translated is refused before anything is reserved.
  const translated = isTranslated ? bodyFor(first, undefined) : undefined;
  const mayWrite = mayWriteCache(translated?.body ?? body, model);
  const { stream, includeUsage, outputCap, choices, mayStore } = fields;
  return {
    decision: {
      fields: { stream, includeUsage, outputCap, choices, mayStore },
      modelId: model.id,
      affinity: affinityOf({ headers, body, scan, accountId, endpoints }),
      estimatedInputTokens: tokens.estimated,
      range,
      contextLeft,
      bound: tokenBound(tokens.bound, range.largest, choices, mayWrite),
    },
    first,
    translated,
    bodyFor,
  };
}

/** The body for one endpoint alone, of a request that was decided on. */
export function bodyAt(
  input: PlanInput,
  endpoint: CatalogEndpoint,
  outputCap: number | undefined,
): UpstreamBody {
  return readRequest(input).bodyFor(endpoint, outputCap);
}

/** The plan of a body that is worked on where it came. Throws as `decide` does. */
export function planRequest(input: PlanInput): RequestPlan {
  const { decision, first, translated, bodyFor } = decide(input);
  return planOf(decision, {
    table: input.table,
    startedAt: input.startedAt,
    tags: tagsOf(input.headers),
    mayStore: mayStoreBy(input.headers),
    bodyBytes: input.body.length,
    callerBody: () => input.body,
    heldBytes: input.body.length + (translated?.body.length ?? 0),
    bodyFor: (endpoint, cap) =>
      translated !== undefined && cap === undefined && getsTheSame(endpoint, first)
        ? translated
        : bodyFor(endpoint, cap),
  });
}

/** Whether a request has the same body at both, but for what only the choice of an endpoint changes. */
export function getsTheSame(one: CatalogEndpoint, other: CatalogEndpoint): boolean {
  return (
    one.provider === other.provider &&
    one.upstreamModel === other.upstreamModel &&
    one.formats.join() === other.formats.join()
  );
}

/** The plan that follows from a decision. */
export function planOf(
  decision: Decision,
  rest: Omit<RequestPlan, keyof Decision | 'model' | 'endpoints' | 'need' | 'outputCap'> & {
    table: RoutingTable;
  },
): RequestPlan {
  const { fields, modelId, affinity, estimatedInputTokens, range, contextLeft, bound } = decision;
  const { table, ...given } = rest;
  const model = table.model(modelId)!;
  const { tiers } = model.price;
  const { choices, outputCap: callerCap } = fields;
  const smallest = tokenBound(bound.inputTokens, range.smallest, choices, bound.mayWriteCache);
  return {
    fields,
    model,
    endpoints: table.endpoints(model.id),
    affinity,
    ...given,
    estimatedInputTokens,
    need: {
      worstCaseNanoUsd: worstCaseOf(tiers, bound),
      minimumNanoUsd: worstCaseOf(tiers, smallest),
      tokens: bound.inputTokens + bound.outputTokens,
    },
    outputCap: (reservedNanoUsd) =>
      capToWrite({
        callerCap,
        range,
        covered: outputCovered(tiers, bound, reservedNanoUsd),
        choices,
        contextLeft,
        mustFit: traitsOf[model.provider].capMustFit,
      }),
  };
}
