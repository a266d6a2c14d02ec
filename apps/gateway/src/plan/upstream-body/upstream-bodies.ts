import {
  spliceTopLevel,
  translateRequest,
  type JsonMember,
  type TranslatedRequest,
  type UpstreamProfile,
  type WireFormat,
} from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../../catalog/routing-table.js';
import { traitsOf } from '../../providers/traits-of.js';
import { anthropicHeaders, betasOf } from '../../upstream/anthropic-headers.js';
import { betaEdits } from '../beta-members.js';
import type { BodyEdits, BodySource } from './body-source.js';
import { ignoredHeader } from './ignored-header.js';
import { nativeEdits } from './native-edits.js';
import { echoedIdentifiers, nativeReplyEdits, type NativeReplyEdits } from './reply-edits.js';

export interface UpstreamBody {
  format: WireFormat;
  stream: boolean;
  body: Buffer;
  /** Headers beside those of every call, as name and value in turn. */
  headers: readonly string[];
  /** Present when the request was translated, for translating the reply back. */
  context?: TranslatedRequest['context'];
  /** What is to be changed in the reply where the request was not translated. */
  reply?: NativeReplyEdits;
  /** The caller's fields that the upstream does not get, as the value of a header; empty for none. */
  ignored: string;
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
  const edits = { ...source.identifiers };
  if (outputCap !== undefined) setOutputCap(source, edits, outputCap);
  if (format === from && !fields.mustTranslate) return nativeBody(source, endpoint, edits);
  const { body, context, ignored } = translateRequest({
    from,
    body: edited(source, edits),
    upstream: profileOf(source, endpoint, format, outputCap ?? defaultCap),
    publicModel: source.model.id,
    now: secondsNow,
  });
  const betas = betasOf(source.headers).map(betaName);
  const headers = format === 'messages' ? anthropicHeaders({}, [], true).headers : [];
  return {
    format,
    stream: fields.stream,
    body,
    headers,
    context: { ...context, echo: { ...context.echo, ...echoedIdentifiers(source) } },
    ignored: ignoredHeader([...source.leftOut, ...ignored, ...betas]),
  };
}

function nativeBody(source: BodySource, endpoint: CatalogEndpoint, edits: BodyEdits): UpstreamBody {
  const { format, fields, headers: caller, model, scan } = source;
  const native = nativeEdits(source, endpoint, edits);
  const { leftOut } = native;
  const ignored = [...source.leftOut, ...native.ignored];
  const reply = nativeReplyEdits(source, endpoint, edits);
  if (format !== 'messages') {
    const body = edited(source, edits, leftOut);
    return {
      format,
      stream: fields.stream,
      body,
      headers: [],
      reply,
      ignored: ignoredHeader(ignored),
    };
  }
  const samples = ['temperature', 'top_p', 'top_k'].some((name) => scan.members.has(name));
  const { headers, refusedBetas } = anthropicHeaders(caller, model.allowedBetas, samples);
  const withBetas = betaEdits(source, edits, refusedBetas);
  return {
    format,
    stream: fields.stream,
    body: edited(source, edits, leftOut),
    headers,
    reply,
    ignored: ignoredHeader([...ignored, ...refusedBetas.map(betaName), ...withBetas]),
  };
}

/** Since 1970. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1_000);
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

function edited(
  { body, scan }: BodySource,
  edits: BodyEdits,
  leftOut: readonly JsonMember[] = [],
): Buffer {
  if (Object.keys(edits).length === 0 && leftOut.length === 0) return body;
  return spliceTopLevel(body, scan, edits, leftOut);
}

/** In every member that the caller gave, or in the one that all its upstreams know. */
function setOutputCap({ scan, fields }: BodySource, edits: BodyEdits, cap: number): void {
  const given = fields.capFields.filter(
    (name) => (scan.members.get(name)?.kind ?? 'null') !== 'null',
  );
  for (const name of given.length > 0 ? given : [fields.capFields[0]]) edits[name] = String(cap);
}
