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

/** A small reply as a whole; undefined where none came in time. */
export function callForReply(
  upstream: UpstreamService,
  endpoint: CatalogEndpoint,
  request: UpstreamRequest,
): Promise<SmallReply | undefined> {
  return new Promise((resolve) => {
    let head: UpstreamHead | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (reply: SmallReply | undefined): void => {
      clearTimeout(timer);
      resolve(reply);
    };
    const giveUp = (): void => {
      call.abort();
      finish(undefined);
    };
    const timer = setTimeout(giveUp, bounds.tokenCountMs);
    const call = upstream.send(endpoint, request, {
      onHead: (given) => (head = given),
      onData: (chunk) => {
        size += chunk.length;
        if (size > bounds.maxErrorBytes) giveUp();
        else chunks.push(chunk);
      },
      onEnd: () => {
        finish(head === undefined ? undefined : { ...head, body: Buffer.concat(chunks) });
      },
      onError: () => finish(undefined),
    });
  });
}
