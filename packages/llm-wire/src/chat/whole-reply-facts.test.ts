import { describe, expect, it } from '@jest/globals';
import { readReplyFacts } from '../usage/reply-facts.js';
import { chatReplyFacts } from './whole-reply-facts.js';

const chatUsage = {
  prompt_tokens: 30,
  completion_tokens: 12,
  total_tokens: 42,
  prompt_tokens_details: { cached_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 4 },
};

function chatReplyBody(content = 'Hello there', usage: object | null = chatUsage): string {
  const message = { role: 'assistant', content, refusal: null };
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    ...(usage === null ? {} : { usage }),
  });
}

describe('chatReplyFacts', () => {
  it.each([
    ['plain', chatReplyBody()],
    ['indented', JSON.stringify(JSON.parse(chatReplyBody()), null, 2)],
    [
      'words that look like keys',
      chatReplyBody('"finish_reason":"length" "usage":{"prompt_tokens":1}'),
    ],
    ['an unknown reason', chatReplyBody().replace('"stop"', '"moon"')],
  ])('agrees with reading the reply in full: %s', (_, text) => {
    const full = readReplyFacts('chat', Buffer.from(text));
    expect(chatReplyFacts(Buffer.from(text))).toMatchObject({
      usage: full?.usage,
      finishReason: full?.finishReason,
    });
  });

  it('counts the output where no usage is reported', () => {
    const facts = chatReplyFacts(Buffer.from(chatReplyBody('x'.repeat(400), null)));
    expect(facts).toMatchObject({ usage: undefined, estimatedOutputTokens: 100 });
  });

  it('says nothing of what is no JSON object', () => {
    expect(chatReplyFacts(Buffer.from('<html>'))).toBeUndefined();
    expect(chatReplyFacts(Buffer.from(chatReplyBody().slice(0, -40)))).toBeUndefined();
    expect(chatReplyFacts(Buffer.from(JSON.stringify([chatUsage])))).toBeUndefined();
  });
});
