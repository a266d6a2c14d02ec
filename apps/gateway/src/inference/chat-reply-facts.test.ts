import { describe, expect, it } from '@jest/globals';
import { readReplyFacts } from '@modelbridge/llm-wire';
import { chatReplyBody, chatUsage } from '../testing/stub-upstream.js';
import { chatReplyFacts } from './chat-reply-facts.js';

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
