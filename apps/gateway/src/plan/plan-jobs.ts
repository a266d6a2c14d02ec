import type { IncomingHttpHeaders } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';
import { RoutingTable, type CatalogEndpoint, type PlainTable } from '../catalog/routing-table.js';
import { requestHmac } from '../idempotency/idempotency-key.js';
import type { Job } from '../workers/job.js';
import { bodyAt, decide, type Decision } from './request-plan.js';
import { scanRequest } from './scan-request.js';
import { secondsNow, type UpstreamBody } from './upstream-body/upstream-bodies.js';

/** A large request, for a thread that has nothing of it. */
export interface LargeRequest {
  format: WireFormat;
  headers: IncomingHttpHeaders;
  body: Buffer;
  accountId: string;
  startedAt: number;
  table: PlainTable;
}

type Context = NonNullable<UpstreamBody['context']>;
/** Functions stay in their thread. */
type SentContext = Omit<Context, 'now'>;
export type SentBody = Omit<UpstreamBody, 'context'> & { context: SentContext | undefined };

interface Planned {
  /** The caller's, given back. */
  body: Buffer;
  decision: Decision;
  /** For the first endpoint, without a cap. Its memory is its own. */
  prepared: SentBody;
  bodyHmac: Buffer | undefined;
}

/** `decide`, and what most requests need next. `hmac`: of a request with an Idempotency-Key. */
export const planJob: Job<
  LargeRequest & { hmac: { secret: string; keyId: string } | undefined },
  Planned
> = {
  name: 'plan',
  run(request) {
    const { format, body, hmac } = request;
    const { decision, first, translated, bodyFor } = decide(inputOf(request));
    return {
      body,
      decision,
      prepared: sent(translated ?? bodyFor(first, undefined), body),
      bodyHmac: hmac && requestHmac(hmac.secret, { keyId: hmac.keyId, route: format, body }),
    };
  },
};

/** The body for another endpoint, or with another cap. */
export const upstreamBodyJob: Job<
  LargeRequest & { endpoint: CatalogEndpoint; outputCap: number | undefined },
  { body: Buffer; prepared: SentBody }
> = {
  name: 'upstream_body',
  run(request) {
    const { body, endpoint, outputCap } = request;
    return { body, prepared: sent(bodyAt(inputOf(request), endpoint, outputCap), body) };
  },
};

/** A body that was sent by another thread. */
export function received({ context, ...rest }: SentBody): UpstreamBody {
  return { ...rest, context: revived(context) };
}

export function revived(context: SentContext | undefined): Context | undefined {
  return context && { ...context, now: secondsNow };
}

/** What of a context can be sent. */
export function sendable(context: Context | undefined): SentContext | undefined {
  if (context === undefined) return undefined;
  const { now: _, ...plain } = context;
  return plain;
}

function inputOf({ table, ...request }: LargeRequest): Parameters<typeof decide>[0] {
  const { format, body } = request;
  return { ...request, scan: scanRequest(format, body), table: RoutingTable.ofPlain(table) };
}

/** Memory that a call upstream writes from must not be sent anywhere again: the caller's body may be. */
function sent({ context, body, ...rest }: UpstreamBody, given: Buffer): SentBody {
  const own = body.buffer === given.buffer ? Buffer.from(body) : body;
  return { ...rest, body: own, context: sendable(context) };
}
