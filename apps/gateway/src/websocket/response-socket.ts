import type { IncomingMessage } from 'node:http';
import { newId } from '@modelbridge/contracts';
import type { Logger } from '@modelbridge/service-kit/logging';
import type { WebSocket } from 'ws';
import { CallerGoneError } from '../errors/caller-gone.js';
import type { ResponsesService } from '../compaction/responses.service.js';
import { answerError } from '../errors/answer-error.js';
import { badField, RequestError } from '../errors/request-error.js';
import type { CallerRequest } from '../exchange.js';
import { requireApi } from '../keys/key-access.js';
import type { KeysService } from '../keys/keys.service.js';
import type { Sharer } from '../workers/fair-queue.js';
import type { Workers } from '../workers/workers.service.js';
import { socketBounds } from './bounds.js';
import { joinItems, readInPlace, type ClientEvent, type CreateEvent } from './client-event.js';
import { Incoming } from './incoming.js';
import { Lanes, type Lane } from './lanes.js';
import type { RememberedResponses } from './remembered-responses.js';
import { TurnResponse } from './turn-response.js';
import { TurnWork } from './turn-work.js';
import { answerWarmUp } from './warm-up.js';

export interface SocketParts {
  responses: Pick<ResponsesService, 'run' | 'check' | 'budget'>;
  keys: Pick<KeysService, 'resolve'>;
  memory: RememberedResponses;
  workers: Workers;
  logger: Logger;
}

/** Why a connection ends by our doing, as its close code and reason. */
export type Ending = readonly [code: number, reason: string];

const endings = {
  key: [1008, 'the API key is not valid any more'],
  lifetime: [1000, 'the connection is as old as it may get'],
  idle: [1000, 'nothing was asked for a while'],
  silent: [1001, 'the caller does not answer'],
  slow: [1008, 'the message came too slowly'],
  unread: [1008, 'the replies are not read'],
  failed: [1011, 'the gateway failed'],
  overloaded: [1013, 'try again shortly'],
} as const satisfies Record<string, Ending>;

/** One connection of a caller: turns come as messages, and each runs as a request over HTTP would. */
export class ResponseSocket {
  private readonly lanes: Lanes;
  private readonly incoming: Incoming;
  private readonly req: CallerRequest;
  private readonly work: TurnWork;
  private readonly openedAt = performance.now();
  private usedAt = this.openedAt;
  private pingedAt = this.openedAt;
  private answersPings = true;
  /** Large messages that are being read, and what came after them. */
  private reading: Promise<void> | undefined;
  /** Set once no more turns are taken: what is then said when the last one is over. */
  private ending: Ending | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly upgrade: IncomingMessage,
    private readonly apiKey: string,
    private readonly sharer: Sharer,
    private readonly parts: SocketParts,
  ) {
    const { 'idempotency-key': _, ...headers } = upgrade.headers;
    const { socket: connection } = upgrade;
    this.req = {
      headers,
      socket: connection,
      complete: true,
      resume: () => undefined,
      once: () => this.req,
    };
    this.work = new TurnWork(parts.workers, sharer);
    this.lanes = new Lanes(parts.memory, () => this.idle());
    this.incoming = new Incoming(
      upgrade.socket,
      parts.responses.budget.of(sharer),
      () => this.cut(endings.overloaded),
      () => this.cut(endings.slow),
    );
    socket.on('message', (data: Buffer, isBinary: boolean) => this.message(data, isBinary));
    socket.on('ping', (data: Buffer) => this.incoming.control(data));
    socket.on('pong', (data: Buffer) => {
      this.incoming.control(data);
      this.answersPings = true;
    });
    // ws closes by itself on what is no frame, and on one that is too large.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.incoming.whole();
      this.lanes.close();
    });
  }

  /** Called every second with the monotonic time. */
  tick(now: number): void {
    if (now - this.openedAt >= socketBounds.lifetimeMs) return this.tooOld();
    if (this.lanes.isIdle && now - this.usedAt >= socketBounds.idleMs) this.end(endings.idle);
    if (now - this.pingedAt < socketBounds.pingMs) return;
    if (!this.answersPings) return this.cut(endings.silent);
    this.pingedAt = now;
    this.answersPings = false;
    this.socket.ping();
    void this.checkKey();
  }

  /** Closes once the turns that run are over, and takes no more. */
  end(ending: Ending): void {
    this.ending ??= ending;
    if (this.lanes.isIdle) this.socket.close(...this.ending);
  }

  /** Closes whatever runs. */
  cut(ending: Ending): void {
    this.socket.close(...ending);
    this.socket.terminate();
  }

  private idle(): void {
    this.usedAt = performance.now();
    if (this.ending !== undefined) this.end(this.ending);
  }

  private tooOld(): void {
    if (this.ending !== undefined) return;
    this.refuse(RequestError.of('websocket_connection_limit_reached'));
    this.end(endings.lifetime);
  }

  private async checkKey(): Promise<void> {
    try {
      await this.parts.keys.resolve(this.apiKey, this.upgrade);
    } catch (error) {
      this.keyRefused(error);
    }
  }

  /** A key that cannot be checked right now is checked again. */
  private keyRefused(error: unknown): void {
    if (error instanceof RequestError && error.status === 401) this.end(endings.key);
  }

  private message(data: Buffer, isBinary: boolean): void {
    this.incoming.whole();
    try {
      if (isBinary) throw badField('message', 'Send events as text messages with JSON.');
      if (this.ending !== undefined) throw RequestError.of('websocket_connection_limit_reached');
      const event = this.reading === undefined ? readInPlace(data) : undefined;
      if (event === undefined) this.readLater(data);
      else this.take(event);
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Beside the event loop. What comes behind it waits, so that the order stays. */
  private readLater(message: Buffer): void {
    const budget = this.parts.responses.budget.of(this.sharer);
    const { length } = message;
    budget.take(length);
    const read = async (): Promise<void> => {
      try {
        this.take(await this.work.read(message));
      } catch (error) {
        this.refuse(error);
      } finally {
        budget.release(length);
      }
    };
    const reading = (this.reading ?? Promise.resolve()).then(read).finally(() => {
      if (this.reading === reading) this.reading = undefined;
    });
    this.reading = reading;
  }

  private take(event: ClientEvent): void {
    if (event.type === 'create') this.create(event.create);
    else this.refuseSteering(event.event);
  }

  private create(event: CreateEvent): void {
    const budget = this.parts.responses.budget.of(this.sharer);
    const { length } = event.message;
    budget.take(length);
    try {
      const drop = (): void => budget.release(length);
      const run = (lane: Lane): Promise<void> =>
        this.turn(lane, event, drop).catch((error: unknown) => {
          this.parts.logger.error({ err: error }, 'a turn failed unexpectedly');
          this.cut(endings.failed);
        });
      this.lanes.add(event.lane, { run, drop });
    } catch (error) {
      budget.release(length);
      throw error;
    }
  }

  private async turn(lane: Lane, event: CreateEvent, release: () => void): Promise<void> {
    const res = new TurnResponse(this.socket, lane.name, event.previousId);
    const { logger } = this.parts;
    const asked = { req: this.req, res, requestId: newId('request'), format: 'responses' as const };
    let items: Buffer | undefined;
    try {
      items = await this.run(asked, event);
    } catch (error) {
      if (!(error instanceof CallerGoneError)) answerError(asked, error, logger);
      this.keyRefused(error);
    } finally {
      release();
    }
    const { response, failed } = await res.over;
    if (failed && event.previousId !== undefined) this.forget(event.previousId);
    if (response === undefined || items === undefined) return;
    const output = Buffer.from(JSON.stringify(response.output).slice(1, -1));
    const isCompacted = response.output.some((item) => isCompaction(item));
    const led = isCompacted ? output : joinItems(items, output);
    this.lanes.remember(lane, { id: response.id, items: led });
  }

  /** Starts the turn; its input items. */
  private async run(
    asked: { req: CallerRequest; res: TurnResponse; requestId: string; format: 'responses' },
    event: CreateEvent,
  ): Promise<Buffer> {
    const { keys, responses } = this.parts;
    const since = performance.now();
    const key = await keys.resolve(this.apiKey, this.upgrade);
    requireApi(key, asked.format);
    const waitedMs = performance.now() - since;
    const continued = this.continued(event.previousId)?.items;
    const bodyBytes = event.message.length;
    const { body, items, message } = await this.work.body(event, continued);
    const { mayStore } = event;
    const sent = { method: 'GET', path: '/v1/responses', body: message, bodyBytes, mayStore };
    const exchange = { ...asked, key, waitedMs, sent };
    if (event.generates) {
      responses.budget.of(key).take(body.length);
      await responses.run(exchange, body);
    } else {
      const { requestId } = asked;
      const warmed = await this.work.warmUp({ body, requestId });
      await responses.check(exchange, warmed.body);
      answerWarmUp(exchange, warmed.stream);
    }
    return items;
  }

  private continued(id: string | undefined) {
    if (id === undefined) return undefined;
    const found = this.lanes.find(id);
    if (found !== undefined) return found;
    const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id;
    throw RequestError.of('previous_response_not_found', {
      message: `The response '${shown}' is not remembered on this connection: send the whole conversation, without previous_response_id.`,
      param: 'previous_response_id',
    });
  }

  private forget(id: string): void {
    const found = this.lanes.find(id);
    if (found !== undefined) this.parts.memory.forget(found);
  }

  /** An error about a message that started no turn. */
  private refuse(error: unknown): void {
    if (this.socket.bufferedAmount >= socketBounds.backlogBytes) return this.cut(endings.unread);
    const res = new TurnResponse(this.socket, undefined);
    answerError(
      { req: this.req, res, requestId: newId('request'), format: 'responses' },
      error,
      this.parts.logger,
    );
  }

  /** As OpenAI refuses it for models that cannot be steered. */
  private refuseSteering(steer: object): void {
    const message = 'A response cannot be steered here: send the input as the next turn.';
    const error = { type: 'invalid_request_error', code: 'steering_not_supported', message };
    const event = { type: 'response.steer.failed', sequence_number: 0, error, steer };
    this.socket.send(JSON.stringify(event));
  }
}

/** It holds all that led to it. */
function isCompaction(item: unknown): boolean {
  return (item as { type?: unknown } | null)?.type === 'compaction';
}
