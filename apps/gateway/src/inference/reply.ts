import type { WireFormat } from '@modelbridge/llm-wire';
import { rateHeaders } from '../allowances/rate-headers.js';
import type { CatalogEndpoint, CatalogModel } from '../catalog/routing-table.js';
import type { PublicErrorCode } from '../errors/public-errors.js';
import type { RequestError } from '../errors/request-error.js';
import type { CallerResponse } from '../exchange.js';
import type { UpstreamCall } from '../upstream/upstream-call.js';
import type { UpstreamFailure } from '../upstream/upstream-errors.js';
import { nothingReceived } from '../pricing/charge.js';
import type { OpenRequest, OpenRequestFacts, RequestEnd } from './open-request.js';
import type { Sharer } from '../workers/fair-queue.js';
import type { Workers } from '../workers/workers.service.js';
import type { UpstreamBody } from '../plan/upstream-body/upstream-bodies.js';

/** Why a reply is given up by the gateway. */
export type StopReason = 'timed_out' | 'shut_down';

/** What the caller is told of it. */
export const stopCodes = {
  timed_out: 'upstream_timeout',
  shut_down: 'gateway_restarting',
} as const satisfies Record<StopReason, PublicErrorCode>;

/** How a request ends whose caller went away and that a pool of ours is not to go on with. */
export const unwanted: RequestEnd = {
  status: 499,
  outcome: 'caller_gone',
  finishReason: null,
  errorClass: 'caller_gone',
  reply: { ...nothingReceived, received: true },
};

/** `broken_off`: the upstream did not bring the reply to its end; `given_up`: we did not let it. */
export type ReplyEnd = 'complete' | 'broken_off' | 'given_up';

/** One way of handing a successful upstream reply to the caller: as a stream, or whole. */
export interface Reply {
  data(chunk: Buffer): void;
  end(): void;
  /** The upstream broke off. */
  cut(): void;
  callerGone(): void;
  stop(reason: StopReason): void;
  /** Called every second with the monotonic time. */
  tick(now: number): void;
}

/** What a reply works with. */
export interface ReplyParts {
  res: CallerResponse;
  /** The caller's format. */
  format: WireFormat;
  requestId: string;
  model: CatalogModel;
  includeUsage: boolean;
  /** How many replies a stream is made of. */
  choices: number;
  /** Present when the gateway lowered the cap on output tokens. */
  outputCap: number | undefined;
  endpoint: CatalogEndpoint;
  upstream: UpstreamBody;
  call: UpstreamCall;
  /** For what would hold the event loop, in whose name. */
  workers: Workers;
  sharer: Sharer;
  open: OpenRequest;
  callerGone: boolean;
  /** Answers with an error in place of the reply, and closes the request at no cost. */
  fail(error: RequestError, errorClass: string): void;
  /** The upstream did not give a reply that could be handed on, and nothing of it was. */
  broken(failure: UpstreamFailure): void;
  /** The provider refuses the platform's own account. */
  accountRefused(): void;
  /** The reply is over: nothing is called on it any more. */
  done(end: ReplyEnd): void;
}

/** Whose reply or refusal it is. */
export function calledHeaders(
  { model, isTest }: Pick<OpenRequestFacts, 'model' | 'isTest'>,
  endpoint: CatalogEndpoint,
): Record<string, string> {
  if (isTest) return { 'x-modelbridge-model': model.id, 'x-modelbridge-provider': 'echo' };
  return {
    'x-modelbridge-model': model.id,
    'x-modelbridge-provider': endpoint.provider,
    'x-modelbridge-region': endpoint.region,
  };
}

/** Names and values in turn, as node:http takes them fastest. */
export function replyHeaders(parts: ReplyParts, contentType: string): string[] {
  const { requestId, endpoint, outputCap, upstream } = parts;
  const headers = [
    'content-type',
    contentType,
    'x-request-id',
    requestId,
    ...Object.entries(calledHeaders(parts.open.facts, endpoint)).flat(),
  ];
  if (parts.format === 'messages') headers.push('request-id', requestId);
  const { rate } = parts.open;
  if (rate !== undefined) headers.push(...rateHeaders(rate));
  if (outputCap !== undefined) headers.push('x-modelbridge-output-cap', String(outputCap));
  const { ignored } = upstream;
  if (ignored !== '') headers.push('x-modelbridge-ignored', ignored);
  return headers;
}
