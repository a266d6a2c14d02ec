import type { ServerResponse } from 'node:http';
import { constants, createGzip, type Gzip, gzipSync } from 'node:zlib';
import type { LoggedRequest } from '../control/request-log.js';
import type { Frame } from '../provider-api.js';
import { closed, drained, pause } from './waiting.js';

export interface DeliveryFaults {
  chunkDelayMs: number;
  gzip: boolean;
  cutAfterChunks?: number;
  stallAfterChunks?: number;
  holdAfterChunks?: number;
  /** Until then it holds. */
  held: Promise<void>;
}

/** Puts one reply on the wire, as well or as badly as the faults say, and records what went out. */
export class Delivery {
  private endedByUs = false;
  private failure: { afterChunks: number; frame: () => string } | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly entry: LoggedRequest,
    private readonly faults: DeliveryFaults,
  ) {
    response.once('close', () => {
      if (!this.endedByUs) entry.callerGone = true;
    });
  }

  get callerGone(): boolean {
    return this.entry.callerGone;
  }

  /** A reply in one piece. A cut or stalled one stops half-way through. */
  async json(status: number, headers: Record<string, string>, payload: unknown): Promise<void> {
    if (this.faults.holdAfterChunks !== undefined) await this.hold();
    if (this.callerGone) return;
    const text = JSON.stringify(payload);
    // A string goes out in one write with the headers, a buffer does not.
    const body = this.faults.gzip ? gzipSync(text) : text;
    const bodyBytes = Buffer.byteLength(body);
    this.entry.status = status;
    this.response.writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(bodyBytes),
      ...(this.faults.gzip ? { 'content-encoding': 'gzip' } : {}),
    });
    const broken = this.faults.cutAfterChunks ?? this.faults.stallAfterChunks;
    if (broken === undefined) {
      this.entry.deliveredOutputTokens = this.entry.usage?.outputTokens ?? 0;
      this.entry.bytesDelivered = bodyBytes;
      this.endedByUs = true;
      this.response.end(body);
      return;
    }
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.write(bytes.subarray(0, Math.floor(bodyBytes / 2)));
    await pause(this.response, 0);
    await this.breakOff();
  }

  /** A reply as a stream of events. */
  async stream(headers: Record<string, string>, frames: Iterable<Frame>): Promise<void> {
    this.entry.status = 200;
    this.response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...(this.faults.gzip ? { 'content-encoding': 'gzip' } : {}),
    });
    const gzip = this.faults.gzip ? this.gzipStream() : undefined;
    const lastChunk = this.faults.cutAfterChunks ?? this.faults.stallAfterChunks ?? Infinity;
    const upcoming = frames[Symbol.iterator]();
    for (let chunks = 0; ; chunks += 1) {
      if (chunks === this.faults.holdAfterChunks) await this.hold();
      if (chunks >= lastChunk) {
        await this.breakOff();
        return;
      }
      if (this.failure && chunks >= this.failure.afterChunks) {
        await this.send(this.failure.frame(), gzip);
        break;
      }
      const next = upcoming.next();
      if (next.done) break;
      const frame = next.value;
      await this.send(frame.text, gzip);
      if (this.response.closed) return;
      this.entry.deliveredOutputTokens += frame.outputTokens;
      await pause(this.response, this.faults.chunkDelayMs);
      if (this.response.closed) return;
    }
    if (gzip) {
      const flushed = new Promise<void>((resolve) => gzip.once('end', resolve));
      gzip.end();
      await flushed;
    }
    this.endedByUs = true;
    this.response.end();
  }

  /** Ends the stream to come with an error after so many chunks. */
  failAfter(afterChunks: number, frame: () => string): void {
    this.failure = { afterChunks, frame };
  }

  /** Closes the connection without a word. */
  destroy(): void {
    this.endedByUs = true;
    this.response.destroy();
  }

  private async hold(): Promise<void> {
    await Promise.race([this.faults.held, closed(this.response)]);
  }

  private async breakOff(): Promise<void> {
    if (this.faults.cutAfterChunks === undefined) await closed(this.response);
    else this.destroy();
  }

  private async send(text: string, gzip: Gzip | undefined): Promise<void> {
    if (gzip) {
      gzip.write(text);
      await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    } else {
      this.write(text);
    }
    if (this.response.writableNeedDrain) await drained(this.response);
  }

  private gzipStream(): Gzip {
    const gzip = createGzip();
    gzip.on('data', (bytes: Buffer) => this.write(bytes));
    return gzip;
  }

  private write(bytes: string | Buffer): void {
    if (this.response.destroyed) return;
    this.response.write(bytes);
    this.entry.bytesDelivered += Buffer.byteLength(bytes);
  }
}
