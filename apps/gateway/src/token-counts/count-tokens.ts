import type { IncomingHttpHeaders } from 'node:http';
import type { BodyScan, WireFormat } from '@modelbridge/llm-wire';
import { RoutingTable, type CatalogEndpoint, type PlainTable } from '../catalog/routing-table.js';
import { bounds } from '../bounds.js';
import { mayHaveCompaction } from '../compaction/compacted-input.js';
import { modelNotFound } from '../errors/request-error.js';
import { readFields } from '../plan/request-fields.js';
import { getsTheSame, suited } from '../plan/request-plan.js';
import { scanRequest } from '../plan/scan-request.js';
import { inputTokensOf } from '../plan/token-bound.js';
import { identifierEdits } from '../plan/upstream-body/identifiers.js';
import { upstreamBody } from '../plan/upstream-body/upstream-bodies.js';
import type { Job } from '../workers/job.js';
import { countedBody } from './count-bodies.js';

interface CountRequest {
  format: WireFormat;
  headers: IncomingHttpHeaders;
  body: Buffer;
  scan: BodyScan;
  accountId: string;
  table: RoutingTable;
}

export interface Counted {
  modelId: string;
  /** Our own count. */
  estimated: number;
  /** What to ask a provider that counts: at any endpoint that is like this one. */
  ask: CountAsked | undefined;
}

interface CountAsked {
  format: WireFormat;
  body: Buffer;
  headers: readonly string[];
  of: CatalogEndpoint;
  /** The caller's API is the provider's own, and its reply is handed on. */
  isAsItCame: boolean;
}

/** Throws 400 or 404. */
export function countTokens(request: CountRequest): Counted {
  const { format, headers, body: given, scan: scanned, accountId, table } = request;
  const fields = readFields(format, given, scanned, { needsCap: false });
  const model = table.model(fields.model);
  if (model === undefined) throw modelNotFound(fields.model);
  const { body, scan, leftOut } = suited({ format, body: given, scan: scanned, table }, model);
  const identifiers = identifierEdits({ format, body, scan, accountId });
  const estimated =
    inputTokensOf(scan.input, model, fields.hiddenTokens).estimated +
    (fields.tools.any ? bounds.countedToolPromptTokens : 0);
  // What is sealed here no vendor can read.
  const isSealed = format === 'responses' && mayHaveCompaction(body);
  const endpoint = table.endpoints(model.id).find(countsItself);
  if (isSealed || endpoint === undefined) return { modelId: model.id, estimated, ask: undefined };
  const facts = { model, startedAt: Date.now(), identifiers, leftOut, marksCache: false };
  const source = { format, headers, body, scan, fields, ...facts };
  // A translation wants the cap that a count of Anthropic's format does not have; it is no part of the count.
  const cap = endpoint.formats.includes('messages') ? undefined : 1;
  const asked = upstreamBody(source, endpoint, cap, 1);
  const counting = asked.format === 'messages' ? 'messages' : 'responses';
  const isAsItCame = asked.context === undefined && counting === 'messages';
  const ask = {
    format: asked.format,
    body: isAsItCame ? asked.body : countedBody(counting, asked.body),
    headers: asked.headers,
    of: endpoint,
    isAsItCame,
  };
  return { modelId: model.id, estimated, ask };
}

function countsItself({ formats }: CatalogEndpoint): boolean {
  return formats.some((api) => api !== 'chat');
}

export const countJob: Job<Omit<CountRequest, 'scan' | 'table'> & { table: PlainTable }, Counted> =
  {
    name: 'count',
    run({ table, ...request }) {
      const { format, body } = request;
      const scan = scanRequest(format, body);
      return countTokens({ ...request, scan, table: RoutingTable.ofPlain(table) });
    },
  };

export function getsAlike(of: CatalogEndpoint): (endpoint: CatalogEndpoint) => boolean {
  return (endpoint) => getsTheSame(endpoint, of);
}
