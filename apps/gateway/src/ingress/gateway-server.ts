import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { bounds } from '../bounds.js';
import { holdBodyBack } from '../body/expect-continue.js';
import type { Logger } from '@modelbridge/service-kit/logging';
import { answerClientError } from './client-errors.js';
import type { Framework } from './ingress.service.js';
import { acceptMore } from './more-listeners.js';
import { RouteList } from './route-list.js';
import { takeUpgrades, type TakeUpgrade } from './upgrades.js';

/** Nest's Fastify on a node:http server whose listener can be wrapped before it listens. */
export class GatewayServer {
  private listener: RequestListener = (_req, res) => void res.writeHead(503).end();
  private fastify: RequestListener = this.listener;

  private readonly routes = new RouteList();
  private server: Server | undefined;
  private takeUpgrade: TakeUpgrade = (_req, socket) => socket.destroy();

  readonly adapter = new FastifyAdapter({
    serverFactory: (handler: RequestListener) => this.create(handler),
    // Fastify is to find every parameter that the route list finds.
    clientErrorHandler: answerClientError,
    bodyLimit: bounds.maxManagementBodyBytes,
    routerOptions: { maxParamLength: bounds.maxHeaderBytes },
  });

  constructor() {
    this.adapter.getInstance().addHook('onRoute', ({ url, method }) => {
      this.routes.add(url, method);
    });
    this.adapter.getInstance().addHook('onRequest', (request, _reply, done) => {
      // Many clients name the type of a body also where they send none.
      if (!hasBody(request.headers)) delete request.headers['content-type'];
      done();
    });
  }

  /** Puts `wrap`'s listener in front of Fastify's. */
  wrap(wrap: (framework: Framework) => RequestListener): void {
    this.listener = wrap({ listener: this.fastify, routes: this.routes });
  }

  /** `take` gets the connections that are to be WebSockets. */
  onUpgrade(take: TakeUpgrade): void {
    this.takeUpgrade = take;
  }

  /** Once it listens. */
  acceptMore(logger: Logger): void {
    const { server } = this;
    server?.once('listening', () => {
      acceptMore(server, bounds.acceptsPerTurn - 1).catch((error: unknown) => {
        logger.warn({ err: error }, 'connections are accepted one a turn of the event loop');
      });
    });
  }

  private create(handler: RequestListener): Server {
    this.fastify = handler;
    this.listener = handler;
    const server = createServer(
      {
        maxHeaderSize: bounds.maxHeaderBytes,
        headersTimeout: bounds.headersTimeoutMs,
        requestTimeout: bounds.requestTimeoutMs,
        connectionsCheckingInterval: bounds.connectionsCheckMs,
        keepAliveTimeout: bounds.idleConnectionMs,
        noDelay: true,
        // The ingress says so itself.
        requireHostHeader: false,
      },
      (req, res) => this.listener(req, res),
    );
    // Node would ask for the body before anybody has looked at the key.
    server.on('checkContinue', (req, res) => {
      holdBodyBack(req, res);
      this.listener(req, res);
    });
    this.server = server;
    boundConnections(server);
    takeUpgrades(server, (req, socket, head) => this.takeUpgrade(req, socket, head));
    return server;
  }
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Whichever listener they came by; Node counts those of one. */
function boundConnections(server: Server): void {
  let open = 0;
  server.prependListener('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open > bounds.maxConnections) socket.destroy();
  });
}
