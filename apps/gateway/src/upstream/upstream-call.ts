import type { IncomingHttpHeaders } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';

export interface UpstreamHead {
  status: number;
  headers: IncomingHttpHeaders;
}

/** What happens on one call; `onEnd` or `onError` comes last and only one of them. */
export interface UpstreamListener {
  onHead(head: UpstreamHead): void;
  /** Decoded bytes of the reply. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

type Decoder = Pick<Gunzip, 'write' | 'end' | 'on' | 'once' | 'pause' | 'resume' | 'destroy'>;

/**
 * One call to an upstream, as undici's handler. Replies are asked for uncompressed; one that comes
 * compressed all the same is decoded here, before anything meters it.
 */
export class UpstreamCall implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private decoder: Decoder | undefined;
  private aborted = false;
  /** The decoder's input is full, or the listener wants no more. */
  private decoderFull = false;
  private paused = false;

  constructor(private listener: UpstreamListener | undefined) {}

  /** Stops the reply's bytes until `resume`. */
  pause(): void {
    this.paused = true;
    this.decoder?.pause();
    this.controller?.pause();
  }

  resume(): void {
    this.paused = false;
    this.decoder?.resume();
    if (!this.decoderFull) this.controller?.resume();
  }

  /** Ends the call; the listener hears nothing more. */
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.listener = undefined;
    this.decoder?.destroy();
    this.controller?.abort(new Error('the gateway gave the call up'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) controller.abort(new Error('the gateway gave the call up'));
    else if (this.paused) controller.pause();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity' && encoding !== '') {
      this.decoder = this.decode(encoding.toLowerCase());
      if (this.decoder === undefined) return this.fail(new Error('unknown content-encoding'));
    }
    this.listener?.onHead({ status, headers });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.decoder === undefined) {
      this.listener?.onData(chunk);
    } else if (!this.decoder.write(chunk)) {
      this.decoderFull = true;
      controller.pause();
    }
  }

  onResponseEnd(): void {
    if (this.decoder === undefined) this.finish();
    else this.decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { listener } = this;
    this.listener = undefined;
    this.decoder?.destroy();
    listener?.onError(error);
  }

  private decode(encoding: string): Decoder | undefined {
    const decoder = createDecoder(encoding);
    decoder?.on('data', (chunk: Buffer) => this.listener?.onData(chunk));
    decoder?.once('end', () => this.finish());
    decoder?.once('error', (error: Error) => this.fail(error));
    decoder?.on('drain', () => {
      this.decoderFull = false;
      if (!this.paused) this.controller?.resume();
    });
    return decoder;
  }

  private finish(): void {
    const { listener } = this;
    this.listener = undefined;
    listener?.onEnd();
  }

  private fail(error: Error): void {
    const { listener } = this;
    this.abort();
    listener?.onError(error);
  }
}

function createDecoder(encoding: string): Decoder | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
