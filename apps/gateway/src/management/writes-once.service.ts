import { Inject, Injectable } from '@nestjs/common';
import type { EndWriteRequest, WriteClaimed } from '@modelbridge/contracts/auth.v1';
import { isObject } from '@modelbridge/llm-wire';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthClient } from '../clients/clients.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { RequestError } from '../errors/request-error.js';
import { refusalOf } from '../errors/service-refusal.js';
import { idempotencyBounds } from '../idempotency/bounds.js';
import { claimUnavailable } from '../idempotency/claim-refusal.js';
import {
  hashIdempotencyKey,
  idempotencyHeader,
  requestHmac,
} from '../idempotency/idempotency-key.js';
import { canonicalJson } from './canonical-json.js';
import { rememberWriteId } from './write-ids.js';

export const replayedHeader = 'idempotency-replayed';

type End = NonNullable<EndWriteRequest['end']>;
/** What an earlier request was answered, or the right to be the one that is done. */
type Claimed = { answer: unknown } | { own: WriteClaimed };

/** Does each write once that has an Idempotency-Key; its repetitions are answered what it was answered. */
@Injectable()
export class WritesOnce {
  constructor(
    @Inject(AuthClient) private readonly auth: AuthClient,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    private readonly logger: Logger,
  ) {}

  /** Rejects as `run` does, and as an inference request with a reused header: 400, 409, 503 where nobody can tell. */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    keyId: string,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    const header = request.headers[idempotencyHeader];
    if (header === undefined || request.method === 'GET') return run();
    const claimed = await this.claim(request, reply, keyId, hashIdempotencyKey(header));
    if ('answer' in claimed) {
      void reply.header(replayedHeader, 'true');
      return claimed.answer;
    }
    const { own } = claimed;
    rememberWriteId(request.raw, own.writeId);
    try {
      const answer = await run();
      await this.end(own, { $case: 'answer', value: JSON.stringify(withoutSecret(answer)) });
      return answer;
    } catch (error) {
      const status = refusalOf(error, request)?.status ?? 500;
      await this.end(own, { $case: status < 500 ? 'refused' : 'unclear', value: {} });
      throw error;
    }
  }

  private async claim(
    request: FastifyRequest,
    reply: FastifyReply,
    keyId: string,
    idempotencyKeyHash: Buffer,
  ): Promise<Claimed> {
    const route = `${request.method} ${request.url}`;
    const body = canonicalJson(request.body ?? {});
    const claim = {
      keyId,
      idempotencyKeyHash,
      requestHmac: requestHmac(this.config.IDEMPOTENCY_SECRET, { keyId, route, body }),
      requestId: String(reply.raw.getHeader('x-request-id')),
    };
    const outcome = await this.ask(claim);
    switch (outcome?.$case) {
      case 'claimed':
        return { own: outcome.value };
      case 'completed':
        return { answer: JSON.parse(outcome.value.answer) as unknown };
      case 'inProgress':
        throw RequestError.of('idempotency_in_progress', {
          param: idempotencyHeader,
          retryAfterMs: idempotencyBounds.retryAfterMs,
          details: { request_id: outcome.value.requestId },
        });
      case 'mismatch':
        throw RequestError.of('idempotency_key_reused', { param: idempotencyHeader });
      case undefined:
        throw claimUnavailable();
    }
  }

  private async ask(claim: Parameters<AuthClient['claimWrite']>[0]) {
    const timeoutMs = idempotencyBounds.claimTimeoutMs;
    try {
      return (await this.auth.claimWrite(claim, { timeoutMs })).outcome;
    } catch (error) {
      const code = rpcErrorFrom(error)?.code;
      this.logger.warn({ requestId: claim.requestId, code }, 'a write could not be claimed');
      throw claimUnavailable();
    }
  }

  /** Never rejects: what auth does not hear of is tried again by the next repetition. */
  private async end({ writeId, attempt }: WriteClaimed, end: End): Promise<void> {
    const timeoutMs = idempotencyBounds.releaseTimeoutMs;
    try {
      await this.auth.endWrite({ writeId, attempt, end }, { timeoutMs });
    } catch (error) {
      this.logger.warn({ writeId, code: rpcErrorFrom(error)?.code }, 'a write is not ended yet');
    }
  }
}

/** A key in clear is kept nowhere. */
function withoutSecret(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const shownOnce = ['api_key', 'download_path'].filter((name) => name in answer);
  return { ...answer, ...Object.fromEntries(shownOnce.map((name) => [name, null])) };
}
