import { emptyResponseStream, type JsonObject } from '@modelbridge/llm-wire';
import type { CallerExchange } from '../exchange.js';
import type { Job } from '../workers/job.js';

export interface WarmUp {
  body: Buffer;
  requestId: string;
}

/** The body, given back, and the reply to it. */
export interface WarmedUp {
  body: Buffer;
  stream: Buffer;
}

/** Answers `generate: false`: a response without output, which the next turn can continue. */
export function answerWarmUp({ res, requestId }: CallerExchange, stream: Buffer): void {
  res.writeHead(200, ['x-request-id', requestId]);
  res.end(stream);
}

export const warmUpJob: Job<WarmUp, WarmedUp> = {
  name: 'warm_up',
  run({ body, requestId }) {
    const request = JSON.parse(body.toString()) as JsonObject;
    const id = `resp_${requestId.replace(/^[a-z]+_/, '')}`;
    const created = Math.floor(Date.now() / 1_000);
    return { body, stream: emptyResponseStream(request, { id, created }) };
  },
};
