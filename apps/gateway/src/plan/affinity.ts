import type { IncomingHttpHeaders } from 'node:http';
import { readMember, type BodyScan } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../catalog/routing-table.js';

const sessionHeader = 'x-claude-code-session-id';
const sealedReasoning = ['"encrypted_content"', '"signature"'].map((mark) => Buffer.from(mark));

/** What ties a request to those before it, whose prompt an endpoint has cached; undefined for nothing. */
export function affinityOf(request: {
  headers: IncomingHttpHeaders;
  body: Buffer;
  scan: BodyScan;
  accountId: string;
  endpoints: readonly CatalogEndpoint[];
}): string | undefined {
  const { headers, body, scan, accountId, endpoints } = request;
  if (endpoints.length < 2) return undefined;
  const session = headers[sessionHeader];
  if (typeof session === 'string' && session !== '') return `${accountId} ${session}`;
  const cacheKey = readMember(body, scan, 'prompt_cache_key');
  if (typeof cacheKey === 'string') return `${accountId} ${cacheKey}`;
  return sealedReasoning.some((mark) => body.includes(mark)) ? accountId : undefined;
}
