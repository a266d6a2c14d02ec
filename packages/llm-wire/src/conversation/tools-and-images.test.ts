import { describe, expect, it } from '@jest/globals';
import { CLAUDE, GPT, KIMI, refusal, translate } from '../testing/translations.js';
import type { WireFormat } from '../wire-format.js';

const messages = [{ role: 'user', content: 'x' }];
const tool: Record<WireFormat, (parameters: object) => object> = {
  chat: (parameters) => ({ type: 'function', function: { name: 'f', parameters } }),
  responses: (parameters) => ({ type: 'function', name: 'f', parameters }),
  messages: (input_schema) => ({ name: 'f', input_schema }),
};
const body: Record<WireFormat, object> = {
  chat: { messages },
  responses: { input: 'x' },
  messages: { messages, max_tokens: 9 },
};
const ways = [
  ['chat', CLAUDE, 'tools[1].function.name'],
  ['responses', KIMI, 'tools[1].name'],
  ['messages', GPT, 'tools[1].name'],
] as const;

describe.each(ways)('two tools of one name in %s', (from, upstream, param) => {
  it('are one where they are alike', () => {
    const own = tool[from]({ type: 'object' });
    expect(
      translate(from, { ...body[from], tools: [own, own] }, upstream).sent['tools'],
    ).toHaveLength(1);
  });

  it('are refused, naming both, where they are not', () => {
    const tools = [tool[from]({ type: 'object' }), tool[from]({ type: 'object', properties: {} })];
    expect(refusal(from, { ...body[from], tools }, upstream)).toMatchObject({
      param,
      message: expect.stringContaining(param.replace('1', '0')),
    });
  });
});

describe('tools that need a model which knows them', () => {
  it.each([
    ['messages', { type: 'computer_20250124', name: 'computer' }, 'claude', GPT],
    ['messages', { type: 'computer_toolset_20260801', name: 'computer' }, 'claude', KIMI],
    ['responses', { type: 'computer_use_preview', environment: 'mac' }, 'gpt', CLAUDE],
    ['responses', { type: 'computer' }, 'gpt', KIMI],
  ] as const)('%s %j: refused, with who knows it', (from, declared, who, upstream) => {
    expect(refusal(from, { ...body[from], tools: [declared] }, upstream)).toMatchObject({
      param: 'tools[0].type',
      message: expect.stringContaining(`'${who}'`),
    });
  });
});

describe('an image', () => {
  const image: Record<WireFormat, (mediaType: string) => object> = {
    chat: (mediaType) => ({
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: `data:${mediaType};base64,AAAA` } }],
        },
      ],
    }),
    responses: (mediaType) => ({
      input: [
        {
          role: 'user',
          content: [{ type: 'input_image', image_url: `data:${mediaType};base64,AAAA` }],
        },
      ],
    }),
    messages: (media_type) => ({
      max_tokens: 9,
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type, data: 'AAAA' } }],
        },
      ],
    }),
  };
  const places = [
    ['chat', CLAUDE, 'messages[0].content[0].image_url.url'],
    ['responses', CLAUDE, 'input[0].content[0].image_url'],
    ['messages', GPT, 'messages[0].content[0].source.media_type'],
  ] as const;

  it.each(places)('of %s has its type as vendors spell it', (from, upstream, _place) => {
    const { sent } = translate(from, image[from]('image/jpg'), upstream);
    expect(JSON.stringify(sent)).toContain('image/jpeg');
    expect(JSON.stringify(sent)).not.toContain('image/jpg');
  });

  it.each(places)('of %s is refused by name where it is a drawing', (from, upstream, param) => {
    expect(refusal(from, image[from]('image/svg+xml'), upstream)).toMatchObject({
      param,
      message: expect.stringContaining('image/svg+xml'),
    });
  });
});
