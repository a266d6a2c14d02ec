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
import { answerClientError, endWith } from './client-errors.js';
import { RequestError } from '../errors/request-error.js';
import type { Framework } from './ingress.service.js';
import { RouteList } from './route-list.js';
import { takeUpgrades, type TakeUpgrade } from './upgrades.js';

const noTunnels = RequestError.of('method_not_allowed', {
  message:
    'This is no proxy, so CONNECT opens no tunnel. Set this address as the base URL of your client and not as its proxy.',
});

/** Nest's Fastify on a node:http server whose listener can be wrapped before it listens. */
export class GatewayServer {
  private listener: RequestListener = (_req, res) => void res.writeHead(503).end();
  private fastify: RequestListener = this.listener;

  private readonly routes = new RouteList();
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
    // Without a listener Node closes the connection and says nothing.
    server.on('connect', (_req, socket: Socket) => endWith(socket, noTunnels));
    server.maxConnections = bounds.maxConnections;
    takeUpgrades(server, (req, socket, head) => this.takeUpgrade(req, socket, head));
    return server;
  }
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}
