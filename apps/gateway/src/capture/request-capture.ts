import type { OutgoingHttpHeaders } from 'node:http';
import type { Binding, PiecewiseContent } from '@modelbridge/sealed-content';
import type { Owner } from '../shares/key-shares.js';
import { captureBounds } from './bounds.js';
import type { ReplyTap } from './captured-response.js';
import type { CaptureMemory } from './capture-memory.js';
import { keptOfReply } from './kept-headers.js';
import type { StoredModel } from './stored-model.js';

/** Why of a request nothing is kept, though it should be. */
export type DropReason =
  | 'too_large'
  | 'memory'
  | 'body_gone'
  | 'key_unavailable'
  | 'retention_unavailable'
  | 'refused'
  | 'failed'
  | 'shut_down';

/** What is known of a request when its capture begins. */
export interface CapturedRequest {
  owner: Owner;
  binding: Binding;
  model: StoredModel;
  request: { method: string; path: string; headers: Record<string, string> };
  /** As the caller sent it; undefined where it is in no memory any more. */
  body: () => Buffer | undefined;
  bodyBytes: number;
  /** It is held for this alone; else the request itself holds it until it is over. */
  isBodyOwn: boolean;
  ip: string;
  userAgent: string | null;
  startedAt: number;
  api: string;
  /** Who was called last. */
  called: () => { provider: string; region: string } | undefined;
}

/** A request whose reply is over, with the memory that it holds. */
export interface CapturedContent {
  owner: Owner;
  binding: Binding;
  content: PiecewiseContent;
  rawBytes: number;
  heldBytes: number;
}

/** Gathers one request and its reply, by reference. Once there is no room for it, it holds nothing. */
export class RequestCapture implements ReplyTap {
  private status = 499;
  private headers: string[] | OutgoingHttpHeaders = [];
  private firstByteAt: number | null = null;
  private pieces: Buffer[] = [];
  private replyBytes = 0;
  private bodyHeldBytes = 0;
  private replyHeldBytes = 0;
  private dropped: DropReason | undefined;

  constructor(
    private readonly captured: CapturedRequest,
    private readonly memory: CaptureMemory,
  ) {
    if (captured.bodyBytes > captureBounds.maxContentBytes) this.dropped = 'too_large';
    else if (captured.isBodyOwn && !this.holdBody()) this.drop('memory');
  }

  head(status: number, headers: string[] | OutgoingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    this.firstByteAt = Date.now();
  }

  bytes(bytes: Buffer): void {
    if (this.dropped !== undefined) return;
    this.replyBytes += bytes.length;
    if (this.captured.bodyBytes + this.replyBytes > captureBounds.maxContentBytes) {
      return void this.drop('too_large');
    }
    if (this.replyBytes > this.replyHeldBytes && !this.holdReply()) return void this.drop('memory');
    this.pieces.push(bytes);
  }

  /** To be called once, when the caller gets nothing more. What is held is then the content's, or nothing. */
  end(isComplete: boolean): CapturedContent | DropReason {
    const { captured } = this;
    if (this.dropped !== undefined) return this.dropped;
    const body = captured.body();
    // Another thread may have it, or have ended with it.
    if (body?.length !== captured.bodyBytes) return this.drop('body_gone');
    if (!captured.isBodyOwn && !this.holdBody()) return this.drop('memory');
    const { provider = null, region = null } = captured.called() ?? {};
    return {
      owner: captured.owner,
      binding: captured.binding,
      rawBytes: body.length + this.replyBytes,
      heldBytes: this.bodyHeldBytes + this.replyHeldBytes,
      content: {
        request: { ...captured.request, body },
        reply: {
          status: this.status,
          headers: keptOfReply(this.headers),
          body: this.pieces,
          complete: isComplete,
        },
        ip: captured.ip,
        userAgent: captured.userAgent,
        timing: {
          startedAt: captured.startedAt,
          firstByteAt: this.firstByteAt,
          completedAt: Date.now(),
        },
        model: captured.model.id,
        provider,
        region,
        api: captured.api,
      },
    };
  }

  private holdBody(): boolean {
    const { owner, bodyBytes } = this.captured;
    if (!this.memory.take(owner, bodyBytes)) return false;
    this.bodyHeldBytes = bodyBytes;
    return true;
  }

  /** Room is taken in steps, so that a stream of many small pieces asks for it seldom. */
  private holdReply(): boolean {
    const { firstReplyBytes } = captureBounds;
    const wanted = Math.max(firstReplyBytes, 2 * this.replyHeldBytes, this.replyBytes);
    const more = wanted - this.replyHeldBytes;
    if (!this.memory.take(this.captured.owner, more)) return false;
    this.replyHeldBytes = wanted;
    return true;
  }

  private drop(reason: DropReason): DropReason {
    this.dropped = reason;
    this.memory.release(this.captured.owner, this.bodyHeldBytes + this.replyHeldBytes);
    this.bodyHeldBytes = 0;
    this.replyHeldBytes = 0;
    this.pieces = [];
    return reason;
  }
}
