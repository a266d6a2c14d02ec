import type { Asked } from '../books/records.js';
import { isWhole, piecesOf, reportedIn } from './reply.js';
import { paths, type SoakRequest } from './request.js';

/** Nobody waits longer: who does is gone. */
const patienceMs = 45_000;
/** Right behind the request, before anything can have come. */
const soonMs = 30;

/** Sends requests and keeps what came of each. */
export class Callers {
  readonly asked: Asked[] = [];
  private readonly startedAt = performance.now();

  constructor(private readonly gateways: readonly string[]) {}

  get gatewayCount(): number {
    return this.gateways.length;
  }

  /** Since the start of the soak, in milliseconds. */
  now(): number {
    return performance.now() - this.startedAt;
  }

  /** Never throws: a broken connection is an answer. The caller leaves after `leavesAfterMs` whatever has come. */
  async ask(
    gateway: number,
    request: SoakRequest,
    leavesAfterMs: number = request.leavesAfter === 0 ? soonMs : patienceMs,
  ): Promise<Asked> {
    const one: Asked = {
      nonce: request.nonce,
      keyId: request.key.keyId,
      model: request.model,
      requestId: '',
      status: 0,
      complete: false,
      hasText: false,
      reported: undefined,
      startedAt: this.now(),
      endedAt: undefined,
      gateway,
    };
    this.asked.push(one);
    const leave = new AbortController();
    const timer = setTimeout(() => leave.abort(), leavesAfterMs);
    // Whoever leaves is gone at once: a fetch does not always end when it is aborted.
    const left = new Promise<never>((_, reject) => {
      leave.signal.addEventListener('abort', () => reject(new Error('left')));
    });
    try {
      await Promise.race([this.exchange(one, request, leave), left]);
    } catch {
      one.complete = false;
    }
    clearTimeout(timer);
    one.endedAt = this.now();
    return one;
  }

  private async exchange(one: Asked, request: SoakRequest, leave: AbortController): Promise<void> {
    const { api, streamed, key, leavesAfter, idempotencyKey } = request;
    const response = await fetch(`${this.gateways[one.gateway]}${paths[api]}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key.apiKey}`,
        ...(api === 'messages' && { 'anthropic-version': '2023-06-01' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      body: request.body,
      signal: leave.signal,
    });
    one.requestId = response.headers.get('x-request-id') ?? '';
    one.status = response.status;
    let body = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      body += decoder.decode(chunk as Uint8Array, { stream: true });
      const pieces = response.status === 200 ? piecesOf(api, body) : 0;
      one.hasText = pieces > 0;
      if (leavesAfter !== undefined && leavesAfter > 0 && pieces >= leavesAfter) leave.abort();
    }
    leave.signal.throwIfAborted();
    one.complete = response.status !== 200 || isWhole(api, streamed, body);
    if (response.status === 200 && one.complete) one.reported = reportedIn(api, streamed, body);
  }
}
