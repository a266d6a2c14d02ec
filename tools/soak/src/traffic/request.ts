import { newNonce } from '../books/nonce.js';
import { models } from '../books/prices.js';
import type { Random } from '../random.js';
import type { Customers, Key } from './accounts.js';

export const apis = ['chat', 'responses', 'messages'] as const;
export type Api = (typeof apis)[number];

/** One HTTP request before it is sent. */
export interface SoakRequest {
  nonce: string;
  key: Key;
  api: Api;
  model: string;
  streamed: boolean;
  body: string;
  /** The caller leaves once so much of the text has come, counted in pieces; 0: while nothing has. */
  leavesAfter: number | undefined;
  idempotencyKey: string | undefined;
}

export const paths: Record<Api, string> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
};

const share = { tight: 0.15, limitedKey: 0.1, limitedMember: 0.1 };

/** The next request of a caller who behaves: any API, model and length, on whichever account. */
export function honestRequest(random: Random, customers: Customers): SoakRequest {
  const pick = random.next();
  const key =
    pick < share.tight
      ? customers.tight
      : pick < share.tight + share.limitedKey
        ? customers.limitedKey
        : pick < share.tight + share.limitedKey + share.limitedMember
          ? customers.limitedMember
          : random.oneOf(customers.wide);
  const streamed = random.chance(0.6);
  return requestOf({
    key,
    api: random.oneOf(apis),
    model: random.oneOf(models),
    streamed,
    tokens: random.between(4, 60),
    leavesAfter: random.chance(0.12) ? (streamed ? random.between(0, 6) : 0) : undefined,
    idempotencyKey: random.chance(0.1),
  });
}

export function requestOf(options: {
  key: Key;
  api: Api;
  model: string;
  streamed: boolean;
  tokens: number;
  leavesAfter?: number | undefined;
  idempotencyKey?: boolean;
  /** Text that makes the body large. */
  padding?: string;
}): SoakRequest {
  const { api, model, streamed, tokens, padding = '' } = options;
  const nonce = newNonce();
  const content = `${padding}[[tokens=${tokens}]] ${nonce}`;
  return {
    nonce,
    key: options.key,
    api,
    model,
    streamed,
    body: JSON.stringify({ model, stream: streamed, ...bodyOf(api, content, streamed) }),
    leavesAfter: options.leavesAfter,
    idempotencyKey: options.idempotencyKey === true ? nonce : undefined,
  };
}

/** The cap on output is far above what the sandbox is told to answer. */
const cap = 300;

function bodyOf(api: Api, content: string, streamed: boolean): object {
  const messages = [{ role: 'user', content }];
  switch (api) {
    case 'chat':
      return {
        messages,
        max_completion_tokens: cap,
        ...(streamed && { stream_options: { include_usage: true } }),
      };
    case 'responses':
      return { input: content, max_output_tokens: cap };
    case 'messages':
      return { messages, max_tokens: cap };
  }
}
