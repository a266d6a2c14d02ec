import { RequestError } from '../errors/request-error.js';
import { socketBounds } from './bounds.js';
import type { RememberedResponse, RememberedResponses } from './remembered-responses.js';

/** One of the two is called. */
export interface Turn {
  run(lane: Lane): Promise<void>;
  /** It will not run. */
  drop(): void;
}

export interface Lane {
  name: string | undefined;
  isRunning: boolean;
  waiting: Turn[];
  last?: RememberedResponse;
}

/** The lanes of one connection: the turns of each run one after the other, and its last response is remembered. */
export class Lanes {
  private readonly lanes = new Map<string | undefined, Lane>();
  private running = 0;
  private waiting = 0;
  private isClosed = false;

  constructor(
    private readonly memory: RememberedResponses,
    private readonly onIdle: () => void,
  ) {}

  get isIdle(): boolean {
    return this.running === 0;
  }

  /** Runs `turn` once those before it in its lane are over. Throws 400 or 429 where there is no room for it. */
  add(name: string | undefined, turn: Turn): void {
    const lane = this.lane(name);
    if (this.waiting >= socketBounds.waitingTurns) throw tooMany();
    lane.waiting.push(turn);
    this.waiting += 1;
    this.startNext();
  }

  /** The remembered response with this id. */
  find(id: string): RememberedResponse | undefined {
    for (const { last } of this.lanes.values()) {
      if (last?.id === id && this.memory.has(last)) return last;
    }
    return undefined;
  }

  remember(lane: Lane, response: RememberedResponse): void {
    if (lane.last !== undefined) this.memory.forget(lane.last);
    lane.last = !this.isClosed && this.memory.keep(response) ? response : undefined;
  }

  /** Nothing more is started or remembered. */
  close(): void {
    this.isClosed = true;
    for (const { last, waiting } of this.lanes.values()) {
      if (last !== undefined) this.memory.forget(last);
      for (const turn of waiting.splice(0)) turn.drop();
    }
    this.lanes.clear();
  }

  private lane(name: string | undefined): Lane {
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const named = this.lanes.size - (this.lanes.has(undefined) ? 1 : 0);
    if (name !== undefined && named >= socketBounds.lanes) {
      throw RequestError.of('websocket_stream_limit_reached', { param: 'stream_id' });
    }
    const lane: Lane = { name, isRunning: false, waiting: [] };
    this.lanes.set(name, lane);
    return lane;
  }

  private startNext(): void {
    for (const lane of this.lanes.values()) {
      if (this.running >= socketBounds.runningTurns) return;
      if (lane.isRunning) continue;
      const turn = lane.waiting.shift();
      if (turn === undefined) continue;
      this.waiting -= 1;
      this.running += 1;
      lane.isRunning = true;
      void turn.run(lane).finally(() => {
        this.running -= 1;
        lane.isRunning = false;
        this.startNext();
        if (this.isIdle) this.onIdle();
      });
    }
  }
}

function tooMany(): RequestError {
  return RequestError.of('too_many_at_once', {
    message: `At most ${socketBounds.waitingTurns} turns wait on one connection. Try again when one has ended.`,
    retryAfterMs: 1_000,
  });
}
