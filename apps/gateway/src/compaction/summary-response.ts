import type { OutgoingHttpHeaders } from 'node:http';
import { isObject, parseObject, SseParser } from '@modelbridge/llm-wire';
import type { CallerResponse } from '../exchange.js';
import { compactionBounds } from './bounds.js';
import { compactionEvents, summaryOf, type CompactionReply } from './compaction-reply.js';

const keepAlive = Buffer.from(': keep-alive\n\n');
const finalEvents: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

/**
 * Stands before a caller's reply while a summary is written, and makes a compaction of it. What is no summary,
 * such as an error, goes on as it is.
 */
export class SummaryResponse implements CallerResponse {
  private head: { status: number; headers: string[] | OutgoingHttpHeaders } | undefined;
  private readonly parser = new SseParser();
  private lastWriteAt = performance.now();

  constructor(
    private to: CallerResponse,
    private readonly streams: boolean,
    private readonly reply: CompactionReply,
    /** Called where a model wrote no summary, before anything was sent. */
    private readonly noSummary: (to: CallerResponse) => void,
  ) {}

  get headersSent(): boolean {
    return this.head !== undefined || this.to.headersSent;
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
    this.head = { status, headers };
    if (status !== 200 || this.streams) this.to.writeHead(status, headers);
  }

  flushHeaders(): void {
    if (this.streams) this.to.flushHeaders();
  }

  write(bytes: Buffer): boolean {
    if (!this.isSummary) return this.to.write(bytes);
    const events = this.parser.push(bytes);
    for (const { event, data } of events) {
      if (finalEvents.has(event)) return this.finish(event, data);
    }
    const now = performance.now();
    if (events.length > 0 && now - this.lastWriteAt < compactionBounds.keepAliveMs) return true;
    this.lastWriteAt = now;
    return this.to.write(keepAlive);
  }

  end(body?: Buffer | string, encoding?: BufferEncoding): void {
    if (!this.isSummary || this.streams) {
      if (body !== undefined) this.write(Buffer.from(body as string, encoding));
      this.to.end();
      return;
    }
    const response = parseObject(Buffer.from(body as string, encoding).toString());
    const summary = response && summaryOf(response);
    if (summary === undefined) return this.noSummary(this.to);
    const whole = this.reply.whole(response!, this.reply.item(summary));
    const json = Buffer.from(JSON.stringify(whole));
    this.to.writeHead(200, withLength(this.head!.headers, json.length));
    this.to.end(json);
  }

  destroy(): void {
    this.to.destroy();
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.to.once(event, listener);
  }

  wrapCaller(wrap: (to: CallerResponse) => CallerResponse): void {
    this.to = wrap(this.to);
  }

  private get isSummary(): boolean {
    return this.head?.status === 200;
  }

  private finish(type: string, data: string): boolean {
    const { response: given } = parseObject(data) ?? {};
    const response = isObject(given) ? given : {};
    const summary = summaryOf(response);
    const events =
      summary === undefined
        ? [{ type, response: { ...response, output: [] } }]
        : compactionEvents(response, this.reply.item(summary));
    const frames = events.map((event, sequence_number) => {
      const json = JSON.stringify({ ...event, sequence_number });
      return `event: ${String((event as { type: unknown }).type)}\ndata: ${json}\n\n`;
    });
    return this.to.write(Buffer.from(frames.join('')));
  }
}

/** The same headers for another body. */
function withLength(headers: string[] | OutgoingHttpHeaders, length: number): string[] {
  const pairs = Array.isArray(headers)
    ? headers
    : Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
  const at = pairs.indexOf('content-length');
  if (at === -1) return [...pairs, 'content-length', String(length)];
  return pairs.with(at + 1, String(length));
}
