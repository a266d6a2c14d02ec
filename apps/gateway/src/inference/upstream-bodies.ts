import { createHash } from 'node:crypto';
import {
  readMember,
  spliceTopLevel,
  translateRequest,
  type BodyScan,
  type TranslatedRequest,
  type WireFormat,
} from '@modelbridge/llm-wire';
import type { CatalogEndpoint, CatalogModel } from '../catalog/routing-table.js';
import { badField } from '../ingress/request-error.js';
import { limits } from '../limits.js';
import { namespacedFields, readStreamOptions, type RequestFields } from './request-fields.js';

export interface UpstreamBody {
  format: WireFormat;
  stream: boolean;
  body: Buffer;
  /** Present when the request was translated, for translating the reply back. */
  context?: TranslatedRequest['context'];
  /** The caller's fields that the upstream does not get. */
  ignored: readonly string[];
}

export interface BodySource {
  format: WireFormat;
  body: Buffer;
  scan: BodyScan;
  fields: RequestFields;
  model: CatalogModel;
  accountId: string;
  startedAt: number;
}

/** The format in which an endpoint is called: the caller's own where it speaks that. */
export function upstreamFormat(endpoint: CatalogEndpoint, from: WireFormat): WireFormat {
  return endpoint.formats.find((format) => format === from) ?? endpoint.formats[0]!;
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
  const format = upstreamFormat(endpoint, source.format);
  const edits = commonEdits(source);
  if (outputCap !== undefined) setOutputCap(source, edits, outputCap);
  if (format === source.format) {
    nativeEdits(source, endpoint, edits);
    return { format, stream: source.fields.stream, body: edited(source, edits), ignored: [] };
  }
  const translated = translateRequest({
    from: source.format,
    body: edited(source, edits),
    upstream: {
      format,
      model: endpoint.upstreamModel,
      maxOutputTokens: outputCap ?? defaultCap,
    },
    publicModel: source.model.id,
    created: Math.floor(source.startedAt / 1_000),
  });
  const { body, context, ignored } = translated;
  return { format, stream: source.fields.stream, body, context, ignored };
}

function edited({ body, scan }: BodySource, edits: Record<string, string | null>): Buffer {
  return Object.keys(edits).length === 0 ? body : spliceTopLevel(body, scan, edits);
}

/** Nothing is stored at the provider under the platform's account, and no id is shared by customers. */
function commonEdits({ body, scan, accountId }: BodySource): Record<string, string | null> {
  const edits: Record<string, string | null> = {};
  for (const name of namespacedFields) {
    const member = scan.members.get(name);
    if (member === undefined || member.kind === 'null') continue;
    const value = readMember(body, scan, name);
    if (typeof value !== 'string' || value.length > limits.maxIdentifierLength) {
      throw badField(name, `'${name}' must be a string of at most ${limits.maxIdentifierLength}.`);
    }
    edits[name] = `"${namespaced(accountId, value)}"`;
  }
  return edits;
}

function nativeEdits(
  { body, scan, fields }: BodySource,
  endpoint: CatalogEndpoint,
  edits: Record<string, string | null>,
): void {
  if (fields.model !== endpoint.upstreamModel) {
    edits['model'] = JSON.stringify(endpoint.upstreamModel);
  }
  // Said outright: what the provider does by default may change.
  if (endpoint.provider === 'openai' || scan.members.has('store')) edits['store'] = 'false';
  if (endpoint.provider === 'openai' && fields.outputCap !== undefined) {
    // OpenAI's reasoning models refuse the older name, which most clients still send.
    if (scan.members.has('max_tokens')) {
      edits['max_completion_tokens'] ??= edits['max_tokens'] ?? String(fields.outputCap);
      edits['max_tokens'] = null;
    }
  }
  if (fields.stream && !fields.includeUsage) {
    const options = readStreamOptions(body, scan);
    edits['stream_options'] = JSON.stringify({ ...options, include_usage: true });
  }
}

function setOutputCap(
  { scan }: BodySource,
  edits: Record<string, string | null>,
  cap: number,
): void {
  const { members } = scan;
  // OpenAI's reasoning models take only the newer field, which every chat upstream knows.
  const given = ['max_tokens', 'max_completion_tokens'].filter(
    (name) => (members.get(name)?.kind ?? 'null') !== 'null',
  );
  for (const name of given.length > 0 ? given : ['max_completion_tokens']) {
    edits[name] = String(cap);
  }
}

function namespaced(accountId: string, value: string): string {
  return createHash('sha256').update(`${accountId}\0${value}`).digest('hex').slice(0, 32);
}
