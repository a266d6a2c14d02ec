import {
  spliceTopLevel,
  translateRequest,
  type TranslatedRequest,
  type UpstreamProfile,
  type WireFormat,
} from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../../catalog/routing-table.js';
import { traitsOf } from '../../providers/traits-of.js';
import { anthropicHeaders, betasOf } from '../../upstream/anthropic-headers.js';
import type { BodyEdits, BodySource } from './body-source.js';
import { identifierEdits } from './identifiers.js';
import { nativeEdits } from './native-edits.js';

export interface UpstreamBody {
  format: WireFormat;
  stream: boolean;
  body: Buffer;
  /** Headers beside those of every call, as name and value in turn. */
  headers: readonly string[];
  /** Present when the request was translated, for translating the reply back. */
  context?: TranslatedRequest['context'];
  /** The caller's fields that the upstream does not get. */
  ignored: readonly string[];
}

/** Where a request must be translated, the format that keeps most comes first. */
const preference: readonly WireFormat[] = ['responses', 'chat', 'messages'];

/** The format in which an endpoint is called: the caller's own where it speaks that. */
export function upstreamFormat(
  { formats }: CatalogEndpoint,
  from: WireFormat,
  mustTranslate: boolean,
): WireFormat {
  if (formats.includes(from) && !mustTranslate) return from;
  return preference.find((format) => formats.includes(format)) ?? formats[0]!;
}

/**
 * The request as an endpoint gets it: byte for byte the caller's but for the members that the gateway
 * must set, or translated. `outputCap`: the most output tokens of each choice, where it must be set.
 */
export function upstreamBody(
  source: BodySource,
  endpoint: CatalogEndpoint,
  outputCap: number | undefined,
  defaultCap: number,
): UpstreamBody {
  const { format: from, fields } = source;
  const format = upstreamFormat(endpoint, from, fields.mustTranslate);
  const edits = identifierEdits(source);
  if (outputCap !== undefined) setOutputCap(source, edits, outputCap);
  if (format === from && !fields.mustTranslate) return nativeBody(source, endpoint, edits);
  const { body, context, ignored } = translateRequest({
    from,
    body: edited(source, edits),
    upstream: profileOf(source, endpoint, format, outputCap ?? defaultCap),
    publicModel: source.model.id,
    created: Math.floor(source.startedAt / 1_000),
  });
  const betas = betasOf(source.headers).map(betaName);
  const headers = format === 'messages' ? anthropicHeaders({}, [], true).headers : [];
  return {
    format,
    stream: fields.stream,
    body,
    headers,
    context,
    ignored: [...source.leftOut, ...ignored, ...betas],
  };
}

function nativeBody(source: BodySource, endpoint: CatalogEndpoint, edits: BodyEdits): UpstreamBody {
  const { format, fields, headers: caller, model, scan } = source;
  const ignored = [...source.leftOut, ...nativeEdits(source, endpoint, edits)];
  const body = edited(source, edits);
  if (format !== 'messages') {
    return { format, stream: fields.stream, body, headers: [], ignored };
  }
  const samples = ['temperature', 'top_p', 'top_k'].some((name) => scan.members.has(name));
  const { headers, refusedBetas } = anthropicHeaders(caller, model.allowedBetas, samples);
  return {
    format,
    stream: fields.stream,
    body,
    headers,
    ignored: [...ignored, ...refusedBetas.map(betaName)],
  };
}

function betaName(beta: string): string {
  return `anthropic-beta.${beta}`;
}

function profileOf(
  { model, marksCache }: BodySource,
  endpoint: CatalogEndpoint,
  format: WireFormat,
  maxOutputTokens: number,
): UpstreamProfile {
  const {
    thinking,
    nativeStructuredOutput,
    refusesSampling,
    thinkingSwitch,
    efforts,
    minCachedTokens,
  } = model.traits;
  return {
    format,
    model: endpoint.upstreamModel,
    maxOutputTokens,
    thinking,
    structuredOutput: nativeStructuredOutput ? 'native' : 'tool',
    dialect: traitsOf[endpoint.provider].dialect,
    sampling: !refusesSampling,
    thinkingSwitch,
    efforts,
    cachesFromTokens: marksCache ? minCachedTokens || undefined : undefined,
  };
}

function edited({ body, scan }: BodySource, edits: BodyEdits): Buffer {
  return Object.keys(edits).length === 0 ? body : spliceTopLevel(body, scan, edits);
}

/** In every member that the caller gave, or in the one that all its upstreams know. */
function setOutputCap({ scan, fields }: BodySource, edits: BodyEdits, cap: number): void {
  const given = fields.capFields.filter(
    (name) => (scan.members.get(name)?.kind ?? 'null') !== 'null',
  );
  for (const name of given.length > 0 ? given : [fields.capFields[0]]) edits[name] = String(cap);
}
