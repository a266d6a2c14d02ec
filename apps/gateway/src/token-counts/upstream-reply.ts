import type { IncomingHttpHeaders } from 'node:http';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { bounds } from '../bounds.js';
import type { UpstreamHead } from '../upstream/upstream-call.js';
import type { UpstreamRequest, UpstreamService } from '../upstream/upstream.service.js';

export interface SmallReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Why there is no reply. */
export type NoReply = 'unreachable' | 'too_late' | 'too_large' | 'given_up';

/** A small reply as a whole. An abort of `signal` gives the call up. */
export function callForReply(
  upstream: UpstreamService,
  endpoint: CatalogEndpoint,
  request: UpstreamRequest,
  signal: AbortSignal,
): Promise<SmallReply | NoReply> {
  return new Promise((resolve) => {
    let head: UpstreamHead | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (reply: SmallReply | NoReply): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', callerGone);
      resolve(reply);
    };
    const giveUp = (why: NoReply): void => {
      call.abort();
      finish(why);
    };
    const callerGone = (): void => giveUp('given_up');
    const timer = setTimeout(() => giveUp('too_late'), bounds.tokenCountMs);
    const call = upstream.send(endpoint, request, {
      onHead: (given) => (head = given),
      onData: (chunk) => {
        size += chunk.length;
        if (size > bounds.maxErrorBytes) giveUp('too_large');
        else chunks.push(chunk);
      },
      onEnd: () => {
        finish(head === undefined ? 'unreachable' : { ...head, body: Buffer.concat(chunks) });
      },
      onError: () => finish('unreachable'),
    });
    if (signal.aborted) callerGone();
    else signal.addEventListener('abort', callerGone);
  });
}
