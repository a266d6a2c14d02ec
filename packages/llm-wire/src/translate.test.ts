import { describe, expect, it } from '@jest/globals';
import { WireReplyError } from './conversation/reply.js';
import { replyContext } from './testing/contexts.js';
import { translateReply } from './translate.js';

describe('translateReply', () => {
  it('carries citations, refusals and log probabilities', () => {
    const cited = {
      id: 'msg_1',
      stop_reason: 'end_turn',
      content: [
        {
          type: 'text',
          text: 'a',
          citations: [
            {
              type: 'web_search_result_location',
              url: 'https://e.com',
              title: 't',
              cited_text: 'c',
            },
          ],
        },
      ],
    };
    const toChat = translateReply({
      from: 'messages',
      to: 'chat',
      body: Buffer.from(JSON.stringify(cited)),
      context: replyContext(),
    });
    expect(toChat.body.toString()).toContain('"url_citation":{"url":"https://e.com","title":"t"');

    const refused = {
      choices: [{ index: 0, message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }],
    };
    const toMessages = translateReply({
      from: 'chat',
      to: 'messages',
      body: Buffer.from(JSON.stringify(refused)),
      context: replyContext(),
    });
    expect(JSON.parse(toMessages.body.toString())).toMatchObject({
      stop_reason: 'refusal',
      content: [{ text: 'No.' }],
    });

    const logprob = { token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [] };
    const scored = {
      status: 'completed',
      output: [
        {
          type: 'message',
          content: [{ type: 'output_text', text: 'a', annotations: [], logprobs: [logprob] }],
        },
      ],
    };
    const fromResponses = translateReply({
      from: 'responses',
      to: 'chat',
      body: Buffer.from(JSON.stringify(scored)),
      context: replyContext(),
    });
    expect(JSON.parse(fromResponses.body.toString())).toMatchObject({
      choices: [{ message: { content: 'a' }, logprobs: { content: [logprob] } }],
    });
  });

  it.each(['<html>', '{"choices":[]}', '[]'])('throws on %s, which is no reply', (body) => {
    expect(() =>
      translateReply({
        from: 'chat',
        to: 'messages',
        body: Buffer.from(body),
        context: replyContext(),
      }),
    ).toThrow(WireReplyError);
  });
});
