import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { newId } from '@modelbridge/contracts';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { WebSocketServer, type WebSocket } from 'ws';
import { bounds } from '../bounds.js';
import { answerError } from '../errors/answer-error.js';
import { badField, RequestError } from '../errors/request-error.js';
import { ResponsesService } from '../compaction/responses.service.js';
import { RunningRequests } from '../inference/running-requests.service.js';
import { presentedKey } from '../ingress/api-key-header.js';
import { requireApi } from '../keys/key-access.js';
import { KeysService } from '../keys/keys.service.js';
import type { Sharer } from '../workers/fair-queue.js';
import { Workers } from '../workers/workers.service.js';
import { socketBounds } from './bounds.js';
import { RememberedResponses } from './remembered-responses.js';
import { ResponseSocket, type Ending } from './response-socket.js';

const restarting: Ending = [1012, 'this gateway is being restarted'];

/** The connections on which callers run turns of the Responses API, from their upgrade to their end. */
@Injectable()
export class ResponseSockets implements OnModuleInit, OnModuleDestroy {
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: bounds.maxBodyBytes,
  });
  private readonly memory = new RememberedResponses({
    each: socketBounds.rememberedBytes,
    inAll: socketBounds.rememberedInAllBytes,
  });
  /** By the id of their keys. */
  private readonly open = new Map<string, Set<ResponseSocket>>();
  private timer: NodeJS.Timeout | undefined;
  private readonly opened;

  constructor(
    private readonly responses: ResponsesService,
    private readonly running: RunningRequests,
    private readonly keys: KeysService,
    private readonly workers: Workers,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.opened = metrics.counter({
      name: 'gateway_response_sockets_opened_total',
      help: 'WebSockets that callers have opened',
    });
    const count = (): number => this.all().length;
    metrics.gauge({
      name: 'gateway_response_sockets',
      help: 'Open WebSockets of callers',
      collect() {
        this.set(count());
      },
    });
    this.server.on('wsClientError', (error, socket, req) => {
      this.refuse(req, socket as Socket, badField('sec-websocket-key', `${error.message}.`));
    });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(performance.now()), bounds.tickMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Applies every time limit as of this monotonic time. */
  tick(now: number): void {
    for (const socket of this.all()) socket.tick(now);
  }

  /** Takes the upgrade of a request, or refuses it in the shape of the API. */
  upgrade(req: IncomingMessage, socket: Socket, head: Buffer): void {
    const gone = (): void => void socket.destroy();
    socket.on('error', gone);
    this.admit(req).then(
      ({ apiKey, key }) => {
        socket.off('error', gone);
        this.server.handleUpgrade(req, socket, head, (ws) => this.add(ws, req, apiKey, key));
      },
      (error: unknown) => this.refuse(req, socket, error),
    );
  }

  /** What runs may end; nothing new is taken. */
  drain(): void {
    for (const socket of this.all()) socket.end(restarting);
  }

  /** Ends what is still open. */
  cut(): void {
    for (const socket of this.all()) socket.cut(restarting);
  }

  private async admit(req: IncomingMessage): Promise<{ apiKey: string; key: Sharer }> {
    const apiKey = presentedKey(req.headers);
    const key = await this.keys.resolve(apiKey, req);
    requireApi(key, 'responses');
    const { keyId } = key;
    this.running.assertOpen();
    if ((this.open.get(keyId)?.size ?? 0) >= socketBounds.perKey) {
      throw RequestError.of('too_many_at_once', {
        message: `At most ${socketBounds.perKey} connections of one key are open at once. Close one first.`,
        retryAfterMs: 1_000,
      });
    }
    return { apiKey: apiKey!, key };
  }

  private add(ws: WebSocket, req: IncomingMessage, apiKey: string, key: Sharer): void {
    const { responses, keys, memory, workers, logger } = this;
    const { keyId } = key;
    const parts = { responses, keys, memory, workers, logger };
    const socket = new ResponseSocket(ws, req, apiKey, key, parts);
    const own = this.open.get(keyId) ?? new Set();
    this.open.set(keyId, own.add(socket));
    this.opened.inc();
    ws.once('close', () => {
      own.delete(socket);
      if (own.size === 0) this.open.delete(keyId);
    });
  }

  private refuse(req: IncomingMessage, socket: Socket, error: unknown): void {
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket);
    res.once('finish', () => {
      res.detachSocket(socket);
      socket.end();
    });
    answerError({ req, res, requestId: newId('request'), format: 'responses' }, error, this.logger);
  }

  private all(): ResponseSocket[] {
    return [...this.open.values()].flatMap((sockets) => [...sockets]);
  }
}
