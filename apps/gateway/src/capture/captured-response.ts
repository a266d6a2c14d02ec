import type { OutgoingHttpHeaders } from 'node:http';
import type { CallerResponse } from '../exchange.js';

/** Hears what a caller is sent. */
export interface ReplyTap {
  head(status: number, headers: string[] | OutgoingHttpHeaders): void;
  /** The bytes are those that are sent: they are not changed afterwards. */
  bytes(bytes: Buffer): void;
}

/** The response to a caller, with somebody who hears what it is sent. */
export class CapturedResponse implements CallerResponse {
  constructor(
    private readonly to: CallerResponse,
    private readonly tap: ReplyTap,
  ) {}

  get headersSent(): boolean {
    return this.to.headersSent;
  }

  get destroyed(): boolean {
    return this.to.destroyed;
  }

  get writableEnded(): boolean {
    return this.to.writableEnded;
  }

  get writableFinished(): boolean {
    return this.to.writableFinished;
  }

  writeHead(status: number, headers: string[] | OutgoingHttpHeaders): void {
    this.tap.head(status, headers);
    this.to.writeHead(status, headers);
  }

  flushHeaders(): void {
    this.to.flushHeaders();
  }

  write(bytes: Buffer): boolean {
    this.tap.bytes(bytes);
    return this.to.write(bytes);
  }

  end(body?: Buffer | string, encoding?: BufferEncoding): void {
    if (body === undefined) return void this.to.end();
    this.tap.bytes(typeof body === 'string' ? Buffer.from(body, encoding) : body);
    this.to.end(body, encoding);
  }

  destroy(): void {
    this.to.destroy();
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.to.once(event, listener);
  }
}
