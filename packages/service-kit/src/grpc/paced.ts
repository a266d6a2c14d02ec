import type { ServerWritableStream } from '@grpc/grpc-js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Observable } from 'rxjs';
import { RpcError } from './rpc-error.js';

/** The call that a handler of a server stream answers, as far as it is looked at. */
export type StreamCall = Pick<
  ServerWritableStream<unknown, unknown>,
  'writableNeedDrain' | 'cancelled' | 'on' | 'off'
>;

/** Gives a handler its StreamCall; what is asked is its `@Payload()` then. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext): StreamCall =>
  context.getArgByIndex<StreamCall>(2),
);

/** A caller of a stream that takes nothing for so long is cut off. */
export const pacedBounds = { stalledMs: 60_000 };

/**
 * What a handler of a server stream returns: `source` is asked for the next value once the caller has taken those
 * before it, so that a slow caller costs no memory, and is ended (`return`) when the caller is gone. A caller that
 * takes nothing for a minute is cut off with `deadline_exceeded`.
 */
export function paced<T>(call: StreamCall, source: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const run = async (): Promise<void> => {
      for await (const value of source) {
        // Asked again: it may have closed while the source was working.
        if (subscriber.closed) return;
        subscriber.next(value);
        await drained(call);
        if (isOver()) return;
      }
    };
    const isOver = (): boolean => subscriber.closed || call.cancelled;
    run().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });
}

/** Resolves when the caller has room again, or is gone. */
function drained(call: StreamCall): Promise<void> {
  if (!call.writableNeedDrain || call.cancelled) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const events = ['drain', 'cancelled', 'close', 'error'];
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      for (const event of events) call.off(event, onEvent);
      then();
    };
    const onEvent = (): void => settle(resolve);
    const timer = setTimeout(() => {
      const message = `nothing was read for ${pacedBounds.stalledMs / 1_000} s`;
      settle(() => reject(new RpcError('deadline_exceeded', message)));
    }, pacedBounds.stalledMs);
    for (const event of events) call.on(event, onEvent);
  });
}
