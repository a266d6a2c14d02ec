import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Provider, TokenCounts } from '@modelbridge/contracts';
import { MAX_LOGGED_BODIES_BYTES, MAX_LOGGED_BODY_BYTES, MAX_LOGGED_REQUESTS } from '../bounds.js';

/** What is known when a request arrives. */
export interface Arrival {
  requestId: string;
  provider: Provider;
  region: string | null;
  model: string | null;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer | undefined;
  streamed: boolean;
}

/** One request that a provider received. */
export interface LoggedRequest extends Arrival {
  /** Counts up from 1 over the life of the process. */
  sequence: number;
  receivedAt: number;
  bodyBytes: number;
  /** HTTP status of the reply; null while none was sent. */
  status: number | null;
  /** The tokens that the reply reports, or would report if a fault did not hide them. */
  usage: TokenCounts | null;
  /** Output tokens whose text was put on the wire. */
  deliveredOutputTokens: number;
  /** Bytes of the reply's body put on the wire. */
  bytesDelivered: number;
  /** Whether the caller closed the connection before the reply was complete. */
  callerGone: boolean;
  /** Whether the sandbox is done with it. */
  finished: boolean;
}

/** The last requests that providers received, the oldest forgotten first. */
@Injectable()
export class RequestLog {
  private ring: LoggedRequest[] = [];
  private sequence = 0;
  private firstSequence = 1;
  private bodiesBytes = 0;
  private oldestBody = 1;

  /** Starts the record of a request; its later fields are filled in by who answers it. */
  open(arrival: Arrival): LoggedRequest {
    this.sequence += 1;
    const bodyBytes = arrival.body?.length ?? 0;
    const entry: LoggedRequest = {
      ...arrival,
      body: bodyBytes > MAX_LOGGED_BODY_BYTES ? undefined : arrival.body,
      sequence: this.sequence,
      receivedAt: Date.now(),
      bodyBytes,
      status: null,
      usage: null,
      deliveredOutputTokens: 0,
      bytesDelivered: 0,
      callerGone: false,
      finished: false,
    };
    const slot = this.sequence % MAX_LOGGED_REQUESTS;
    const replaced = this.ring[slot];
    if (replaced) this.dropBody(replaced);
    this.ring[slot] = entry;
    this.bodiesBytes += entry.body?.length ?? 0;
    this.trimBodies();
    return entry;
  }

  /** Up to `limit` records after the sequence number `since`, the oldest first. */
  list(since: number, limit: number): LoggedRequest[] {
    const oldest = Math.max(this.firstSequence, this.sequence - MAX_LOGGED_REQUESTS + 1);
    const found: LoggedRequest[] = [];
    for (
      let sequence = Math.max(since + 1, oldest);
      sequence <= this.sequence && found.length < limit;
      sequence += 1
    ) {
      const entry = this.ring[sequence % MAX_LOGGED_REQUESTS];
      if (entry) found.push(entry);
    }
    return found;
  }

  get lastSequence(): number {
    return this.sequence;
  }

  /** Forgets every record; sequence numbers go on. */
  clear(): void {
    this.ring = [];
    this.bodiesBytes = 0;
    this.firstSequence = this.sequence + 1;
    this.oldestBody = this.firstSequence;
  }

  private dropBody(entry: LoggedRequest): void {
    this.bodiesBytes -= entry.body?.length ?? 0;
    entry.body = undefined;
  }

  private trimBodies(): void {
    while (this.bodiesBytes > MAX_LOGGED_BODIES_BYTES && this.oldestBody < this.sequence) {
      const entry = this.ring[this.oldestBody % MAX_LOGGED_REQUESTS];
      if (entry) this.dropBody(entry);
      this.oldestBody += 1;
    }
  }
}
