import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import type { WireFormat } from '@modelbridge/llm-wire';
import { Logger } from '@modelbridge/service-kit/logging';
import type { Exchange } from '../exchange.js';
import { InferenceService } from '../inference/inference.service.js';
import { TokenCountsService } from '../token-counts/token-counts.service.js';
import { KeysService } from '../keys/keys.service.js';
import { presentedKey } from './api-key-header.js';
import { callerFormat } from '../errors/caller-format.js';
import { rememberCaller } from '../keys/caller.js';
import { CallerGoneError } from '../body/read-body.js';
import { RequestError } from '../errors/request-error.js';
import { sendError } from '../errors/send-error.js';
import { statefulRouteError } from './stateful-routes.js';

/** Inference routes, matched on the path alone. */
const inferenceRoutes = new Map<string, WireFormat>([
  ['/v1/chat/completions', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/messages', 'messages'],
]);
const countTokensPath = '/v1/messages/count_tokens';

/**
 * What stands in front of Fastify: checks the key of everything under /v1, answers the inference
 * routes itself, since a framework would cost more than the rest of the request, and hands on the rest.
 */
@Injectable()
export class Ingress {
  constructor(
    private readonly keys: KeysService,
    private readonly inference: InferenceService,
    private readonly tokenCounts: TokenCountsService,
    private readonly logger: Logger,
  ) {}

  listener(fastify: RequestListener): RequestListener {
    return (req, res) => {
      const path = pathOf(req.url ?? '/');
      if (!path.startsWith('/v1/')) {
        // Claude Code looks whether anybody is there.
        if (path === '/' && req.method === 'HEAD') return void res.writeHead(200).end();
        return fastify(req, res);
      }
      const requestId = newId('request');
      const format = inferenceRoutes.get(path) ?? callerFormat(path, req.headers);
      try {
        const key = this.keys.resolve(presentedKey(req.headers));
        if (key instanceof Promise) {
          // Nothing is read of the body meanwhile.
          key.then(
            (resolved) =>
              this.admitted({ req, res, requestId, format, key: resolved }, path, fastify),
            (error: unknown) => this.fail(req, res, format, requestId, error),
          );
        } else this.admitted({ req, res, requestId, format, key }, path, fastify);
      } catch (error) {
        this.fail(req, res, format, requestId, error);
      }
    };
  }

  private admitted(exchange: Exchange, path: string, fastify: RequestListener): void {
    const { req, res, requestId, format, key } = exchange;
    const counts = path === countTokensPath;
    if (!counts && !inferenceRoutes.has(path)) {
      const stateful = statefulRouteError(path);
      if (stateful !== undefined) return this.fail(req, res, format, requestId, stateful);
      rememberCaller(req, key);
      res.setHeader('x-request-id', requestId);
      return void fastify(req, res);
    }
    if (req.method !== 'POST') return this.fail(req, res, format, requestId, takesPost());
    const answer = counts ? this.tokenCounts.answer(exchange) : this.inference.handle(exchange);
    answer.catch((error: unknown) => this.fail(req, res, format, requestId, error));
  }

  private fail(
    req: IncomingMessage,
    res: ServerResponse,
    format: WireFormat,
    requestId: string,
    error: unknown,
  ): void {
    if (error instanceof CallerGoneError) return;
    if (error instanceof RequestError) return sendError(req, res, format, requestId, error);
    this.logger.error({ err: error, requestId }, 'a request failed unexpectedly');
    sendError(req, res, format, requestId, internalError());
  }
}

function takesPost(): RequestError {
  return new RequestError(
    405,
    'invalid_request_error',
    'method_not_allowed',
    'This route takes POST.',
    { headers: { allow: 'POST' } },
  );
}

function internalError(): RequestError {
  return new RequestError(500, 'server_error', 'internal_error', 'The gateway failed. Try again.');
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
