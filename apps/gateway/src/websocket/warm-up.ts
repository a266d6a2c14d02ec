import { emptyResponseStream, type JsonObject } from '@modelbridge/llm-wire';
import type { CallerExchange } from '../exchange.js';

/** Answers `generate: false`: a response without output, which the next turn can continue. */
export function answerWarmUp({ res, requestId }: CallerExchange, body: Buffer): void {
  const request = JSON.parse(body.toString()) as JsonObject;
  res.writeHead(200, ['x-request-id', requestId]);
  const id = `resp_${requestId.replace(/^[a-z]+_/, '')}`;
  res.end(emptyResponseStream(request, { id, created: Math.floor(Date.now() / 1_000) }));
}
