import type { GetContentResponse } from '@modelbridge/contracts/retention.v1/content';
import type { AnswerOf } from '../operations/operation.js';
import type { getUsageContent } from './content.operations.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function contentJson(content: GetContentResponse): AnswerOf<typeof getUsageContent> {
  const { held, request, reply } = content;
  return {
    object: 'content',
    id: held?.requestId ?? '',
    account_id: held?.accountId ?? '',
    stored_at: timeJson(held?.storedAt),
    unreadable_at: timeJson(held?.unreadableAt),
    started_at: timeJson(content.startedAt),
    first_byte_at: timeJson(content.firstByteAt),
    completed_at: timeJson(content.completedAt),
    model: content.model,
    api: content.api,
    provider: content.provider ?? null,
    region: content.region ?? null,
    ip: content.ip,
    user_agent: content.userAgent ?? null,
    request: {
      method: content.method,
      path: content.path,
      headers: request?.headers ?? {},
      ...bodyJson(request?.body),
    },
    reply: {
      status: content.status,
      complete: content.complete,
      headers: reply?.headers ?? {},
      ...bodyJson(reply?.body),
    },
  };
}

function bodyJson(body: Uint8Array = Buffer.alloc(0)) {
  try {
    return { body: utf8.decode(body), body_encoding: 'utf8' as const };
  } catch {
    return { body: Buffer.from(body).toString('base64'), body_encoding: 'base64' as const };
  }
}

function timeJson(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
