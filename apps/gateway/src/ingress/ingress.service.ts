import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import type { WireFormat } from '@modelbridge/llm-wire';
import { Logger } from '@modelbridge/service-kit/logging';
import { askForBody } from '../body/expect-continue.js';
import { CallerGoneError } from '../errors/caller-gone.js';
import { answerError } from '../errors/answer-error.js';
import { callerFormat, errorFormat, type ErrorFormat } from '../errors/caller-format.js';
import { ResponsesService } from '../compaction/responses.service.js';
import type { Exchange } from '../exchange.js';
import { InferenceService } from '../inference/inference.service.js';
import { rememberCaller } from '../keys/caller.js';
import { requireApi } from '../keys/key-access.js';
import { KeysService } from '../keys/keys.service.js';
import { loadBounds } from '../load/bounds.js';
import { RefusedConnections } from '../load/refused-connections.js';
import { Starts } from '../load/starts.service.js';
import { TokenCountsService } from '../token-counts/token-counts.service.js';
import { presentedKey } from './api-key-header.js';
import { canonicalPath } from './canonical-path.js';
import type { RouteList } from './route-list.js';
import { checkHead, readTarget, type RequestTarget } from './request-head.js';
import { unknownRoute, wrongMethod } from './unknown-route.js';

/** A route that the framework does not see. */
interface RawRoute {
  format: WireFormat;
  answer(exchange: Exchange): Promise<void>;
}

/** A request before its key is known; its errors are told in the format. */
interface Asked<Format extends ErrorFormat = ErrorFormat> {
  req: IncomingMessage;
  res: ServerResponse;
  requestId: string;
  format: Format;
}
type Identified<Format extends ErrorFormat> = Asked<Format> & Pick<Exchange, 'key' | 'waitedMs'>;

/** What stands behind the ingress. */
export interface Framework {
  listener: RequestListener;
  routes: RouteList;
}

const post: ReadonlySet<string> = new Set(['POST']);

/**
 * What stands in front of Fastify: checks the key of everything under /v1, answers the inference
 * routes itself, since a framework would cost more than the rest of the request, and what is no route;
 * it hands on the rest.
 */
@Injectable()
export class Ingress {
  /** Matched on the path alone, which is the whole cost of routing a request that is well addressed. */
  private readonly rawRoutes: ReadonlyMap<string, RawRoute>;
  private readonly refused = new RefusedConnections(loadBounds, (then) => void setImmediate(then));

  constructor(
    private readonly keys: KeysService,
    inference: InferenceService,
    responses: ResponsesService,
    tokenCounts: TokenCountsService,
    private readonly starts: Starts,
    private readonly logger: Logger,
  ) {
    const infer = (exchange: Exchange): Promise<void> => inference.handle(exchange);
    const count = (exchange: Exchange): Promise<void> => tokenCounts.answer(exchange);
    this.rawRoutes = new Map<string, RawRoute>([
      ['/v1/chat/completions', { format: 'chat', answer: infer }],
      ['/v1/responses', { format: 'responses', answer: (asked) => responses.handle(asked) }],
      [
        '/v1/responses/compact',
        { format: 'responses', answer: (asked) => responses.compact(asked) },
      ],
      ['/v1/responses/input_tokens', { format: 'responses', answer: count }],
      ['/v1/messages', { format: 'messages', answer: infer }],
      ['/v1/messages/count_tokens', { format: 'messages', answer: count }],
    ]);
  }

  listener(framework: Framework): RequestListener {
    return (req, res) => {
      try {
        checkHead(req);
        const target = readTarget(req.url ?? '/');
        const route = this.rawRoutes.get(target.path);
        if (route === undefined) this.elsewhere(req, res, target, framework);
        else this.raw(req, res, target.path, route);
      } catch (error) {
        const format = callerFormat('', req.headers);
        this.fail({ req, res, requestId: newId('request'), format }, error);
      }
    };
  }

  private raw(req: IncomingMessage, res: ServerResponse, path: string, route: RawRoute): void {
    const { format } = route;
    this.identify({ req, res, requestId: newId('request'), format }, (exchange) => {
      if (req.method !== 'POST') return this.fail(exchange, wrongMethod(req, path, post));
      requireApi(exchange.key, format);
      route.answer(exchange).catch((error: unknown) => this.fail(exchange, error));
    });
  }

  /** What is not asked for by the very path of a raw route. */
  private elsewhere(
    req: IncomingMessage,
    res: ServerResponse,
    target: RequestTarget,
    framework: Framework,
  ): void {
    const path = canonicalPath(target.path);
    const route = this.rawRoutes.get(path);
    if (route !== undefined) return this.raw(req, res, path, route);
    // Claude Code looks whether anybody is there.
    if (path === '/' && req.method === 'HEAD') return void res.writeHead(200).end();
    const format = errorFormat(path, req.headers);
    const asked = { req, res, requestId: newId('request'), format };
    const handOn = (): void => {
      askForBody(req);
      req.url = path + target.query;
      framework.listener(req, res);
    };
    if (path !== '/v1' && !path.startsWith('/v1/')) {
      return this.ifRoute(asked, path, framework.routes, handOn);
    }
    this.identify(asked, (exchange) =>
      this.ifRoute(exchange, path, framework.routes, () => {
        const answer = (): void => {
          rememberCaller(req, exchange.key);
          res.setHeader('x-request-id', exchange.requestId);
          res.once('finish', () => {
            if (res.statusCode >= 400) this.refused.hold(req.socket);
          });
          handOn();
        };
        this.starts
          .run(exchange.key, async () => answer())
          .catch((error: unknown) => this.fail(exchange, error));
      }),
    );
  }

  private identify<Format extends ErrorFormat>(
    asked: Asked<Format>,
    identified: (exchange: Identified<Format>) => void,
  ): void {
    try {
      const key = this.keys.resolve(presentedKey(asked.req.headers), asked.req);
      if (key instanceof Promise) {
        const since = performance.now();
        // Nothing is read of the body meanwhile.
        key
          .then((resolved) =>
            identified({ ...asked, key: resolved, waitedMs: performance.now() - since }),
          )
          .catch((error: unknown) => this.fail(asked, error));
      } else identified({ ...asked, key, waitedMs: 0 });
    } catch (error) {
      this.fail(asked, error);
    }
  }

  private ifRoute(asked: Asked, path: string, routes: RouteList, handOn: () => void): void {
    const { method = '', headers } = asked.req;
    const allowed = routes.methodsOf(path);
    if (allowed === undefined) {
      const { format, error } = unknownRoute(method, path, headers);
      return this.fail({ ...asked, format }, error);
    }
    if (!allowed.has(method)) return this.fail(asked, wrongMethod(asked.req, path, allowed));
    handOn();
  }

  private fail(asked: Asked, error: unknown): void {
    if (error instanceof CallerGoneError) return;
    answerError(asked, error, this.logger);
    this.refused.hold(asked.req.socket);
  }
}
