import { describe, expect, it } from '@jest/globals';
import { CLAUDE, GPT, KIMI, translate } from '../testing/translations.js';

const source = { type: 'base64', media_type: 'text/markdown', data: 'w6k=' };
const body = (document: object) => ({
  max_tokens: 9,
  messages: [{ role: 'user', content: [{ type: 'document', title: 'a.md', ...document }] }],
});

describe('a file of text', () => {
  it('is text to models of other vendors', () => {
    expect(translate('messages', body({ source }), KIMI).sent['messages']).toEqual([
      { role: 'user', content: 'a.md\n\né' },
    ]);
    const blocks = { type: 'content', content: [{ type: 'text', text: 'x' }] };
    expect(translate('messages', body({ source: blocks }), GPT).sent['input']).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a.md\n\nx' }] },
    ]);
  });

  it('is a document of text to Anthropic, which takes no other', () => {
    const input_file = { type: 'input_file', file_data: 'data:application/json;base64,e30=' };
    const input = [{ role: 'user', content: [input_file] }];
    expect(translate('responses', { input }, CLAUDE).sent['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '{}' } },
        ],
      },
    ]);
  });
});
