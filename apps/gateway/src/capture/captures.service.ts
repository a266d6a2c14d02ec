import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import type { CallerExchange, CallerResponse } from '../exchange.js';
import { seenAddress } from '../keys/caller-address.js';
import type { RequestPlan } from '../plan/request-plan.js';
import { CapturedResponse } from './captured-response.js';
import { ContentMetrics } from './content-metrics.service.js';
import { ContentSealer } from './content-sealer.service.js';
import { ContentStore } from './content-store.service.js';
import { keptOfRequest } from './kept-headers.js';
import { RequestCapture, type CapturedRequest } from './request-capture.js';
import type { StoredModel } from './stored-model.js';

const paths = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
} as const;

/** Captures what requests say and are answered, until it is sealed and with retention. */
@Injectable()
export class Captures {
  constructor(
    private readonly sealer: ContentSealer,
    private readonly store: ContentStore,
    private readonly metrics: ContentMetrics,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'TRUSTED_PROXIES'>,
  ) {}

  /** The response to work with from here on: what the caller is sent through it is captured. */
  begin(
    exchange: CallerExchange,
    plan: RequestPlan,
    of: Pick<CapturedRequest, 'api' | 'called'> & { model: StoredModel },
  ): CallerResponse {
    const { req, res, requestId, format, key, sent } = exchange;
    const { accountId, userId, keyId } = key;
    const capture = new RequestCapture(
      {
        ...of,
        owner: { accountId, keyId },
        binding: { accountId, userId, requestId },
        request: {
          method: sent?.method ?? 'POST',
          path: sent?.path ?? paths[format],
          headers: keptOfRequest(req.headers),
        },
        body: sent === undefined ? plan.callerBody : () => sent.body,
        bodyBytes: sent?.bodyBytes ?? plan.bodyBytes,
        isBodyOwn: sent !== undefined,
        ip: seenAddress(req, this.config.TRUSTED_PROXIES),
        userAgent: req.headers['user-agent'] ?? null,
        startedAt: plan.startedAt,
      },
      this.store.memory,
    );
    const wrap = (to: CallerResponse): CallerResponse => {
      to.once('close', () => this.end(capture, to.writableFinished));
      return new CapturedResponse(to, capture);
    };
    if (res.wrapCaller === undefined) return wrap(res);
    res.wrapCaller(wrap);
    return res;
  }

  /** Hands on what is there, for so many milliseconds; the rest is lost. */
  async close(forMs: number): Promise<void> {
    const handOn = async (): Promise<void> => {
      await this.sealer.close();
      await this.store.close();
    };
    await Promise.race([handOn(), delay(forMs, undefined, { ref: false })]);
  }

  private end(capture: RequestCapture, isComplete: boolean): void {
    const ended = capture.end(isComplete);
    if (typeof ended === 'string') this.metrics.dropped(ended);
    else this.sealer.add(ended);
  }
}
