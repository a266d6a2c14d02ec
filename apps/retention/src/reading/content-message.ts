import type {
  GetContentResponse,
  HeldContent as HeldContentMessage,
} from '@modelbridge/contracts/retention.v1/content';
import { unreadableAt, type Held } from '../contents/held.js';
import type { OpenedContent } from './reading.service.js';

export function heldMessage(held: Held): HeldContentMessage {
  const { requestId, accountId, storedAt, rawBytes } = held;
  return { requestId, accountId, storedAt, rawBytes, unreadableAt: unreadableAt(held) };
}

export function contentMessage({ held, content }: OpenedContent): GetContentResponse {
  const { request, reply, timing, ip, userAgent, provider, region, ...rest } = content;
  return {
    held: heldMessage(held),
    request: { headers: request.headers, body: request.body },
    reply: { headers: reply.headers, body: reply.body },
    method: request.method,
    path: request.path,
    status: reply.status,
    complete: reply.complete,
    ip,
    userAgent: userAgent ?? undefined,
    startedAt: new Date(timing.startedAt),
    firstByteAt: timing.firstByteAt === null ? undefined : new Date(timing.firstByteAt),
    completedAt: new Date(timing.completedAt),
    provider: provider ?? undefined,
    region: region ?? undefined,
    ...rest,
  };
}
