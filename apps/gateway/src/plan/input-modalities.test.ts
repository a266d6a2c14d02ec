import { describe, expect, it } from '@jest/globals';
import { scanBody } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import { RequestError } from '../errors/request-error.js';
import { suitModalities } from './input-modalities.js';

function model(id: string, ...inputModalities: string[]): CatalogModel {
  return { id, inputModalities } as unknown as CatalogModel;
}

const textOnly = model('words', 'text');
const models = [textOnly, model('eyes', 'text', 'image'), model('reader', 'text', 'image', 'file')];

function refusalOf(body: object, asked = textOnly, known = models): RequestError | undefined {
  const bytes = Buffer.from(JSON.stringify(body));
  const scan = scanBody(bytes, ['messages', 'input']);
  try {
    suitModalities({ body: bytes, scan, model: asked }, known);
    return undefined;
  } catch (error) {
    return error as RequestError;
  }
}

const chat = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
const png = 'data:image/png;base64,AAAA';
const pdf = { type: 'base64', media_type: 'application/pdf', data: 'AAAA' };

describe('a part of another kind than the model takes', () => {
  it.each<[string, object, string]>([
    ['an image', chat({ type: 'image_url', image_url: { url: png } }), 'messages[0].content[0]'],
    ['a file', chat({ type: 'file', file: { file_data: 'x' } }), 'messages[0].content[0]'],
    [
      'a recording',
      chat({ type: 'input_audio', input_audio: { data: 'x' } }),
      'messages[0].content[0]',
    ],
    ['a recording', chat({ type: 'audio_url', audio_url: { url: 'x' } }), 'messages[0].content[0]'],
    ['a video', chat({ type: 'video_url', video_url: { url: 'x' } }), 'messages[0].content[0]'],
    ['a video', chat({ type: 'video', source: pdf }), 'messages[0].content[0]'],
    [
      'a video',
      { input: [{ role: 'user', content: [{ type: 'input_video', video_url: 'x' }] }] },
      'input[0].content[0]',
    ],
    ['a file', chat({ type: 'document', source: pdf }), 'messages[0].content[0]'],
    [
      'an image',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: png }] }] },
      'input[0].content[0]',
    ],
  ])('is refused, named and located: %s', (kind, body, path) => {
    const refusal = refusalOf(body);
    expect(refusal).toMatchObject({
      status: 400,
      code: 'unsupported_parameter',
      options: { param: path },
    });
    expect(refusal?.message).toContain(`'${path}' is ${kind}, and 'words' takes no`);
  });

  it('is refused with models that take it, and with what else can be done', () => {
    const image = chat({ type: 'image_url', image_url: { url: png } });
    expect(refusalOf(image)?.message).toContain(
      'Choose a model that does, such as eyes, reader, or leave the image out.',
    );
    const audio = chat({ type: 'input_audio', input_audio: { data: 'x' } });
    expect(refusalOf(audio)?.message).toContain('No model here takes them: send a transcript.');
  });

  it('names a few models where many take it', () => {
    const many = Array.from({ length: 50 }, (_, i) => model(`m${i}`, 'text', 'image'));
    const image = chat({ type: 'image_url', image_url: { url: png } });
    expect(refusalOf(image, textOnly, many)?.message).toContain('m4,');
    expect(refusalOf(image, textOnly, many)?.message).not.toContain('m5');
  });

  it('is taken by a model that takes it, and only what it takes', () => {
    const image = chat({ type: 'image_url', image_url: { url: png } });
    expect(refusalOf(image, models[1])).toBeUndefined();
    expect(refusalOf(chat({ type: 'document', source: pdf }), models[1])).toBeDefined();
    expect(refusalOf(chat({ type: 'document', source: pdf }), models[2])).toBeUndefined();
  });

  it('is not seen in what only looks like one: tool schemas, their arguments, and text', () => {
    const image = { type: 'image_url', image_url: { url: png } };
    const lookalikes = [
      { messages: [{ role: 'user', content: JSON.stringify(image) }] },
      { messages: [], tools: [{ parameters: { properties: image, type: 'image' } }] },
      chat({ type: 'tool_use', name: 'draw', input: image }),
    ];
    for (const body of lookalikes) expect(refusalOf(body)).toBeUndefined();
  });
});

function suited(body: object, asked = textOnly) {
  const bytes = Buffer.from(JSON.stringify(body));
  const { edits, leftOut } = suitModalities(
    { body: bytes, scan: scanBody(bytes, ['messages', 'input']), model: asked },
    models,
  );
  const [value] = Object.values(edits);
  return { turns: value === undefined ? undefined : (JSON.parse(value) as unknown), leftOut };
}

const line = '[Here was an image. It is left out: words takes no images.]';
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
const said = { role: 'assistant', content: 'ok' };
const next = { role: 'user', content: 'next' };

describe('what an earlier turn or a tool brought', () => {
  it.each<[string, object, object]>([
    [
      'an earlier message over chat',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: png } }] },
          said,
          next,
        ],
      },
      [{ role: 'user', content: [{ type: 'text', text: line }] }, said, next],
    ],
    [
      'an earlier item over responses',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: png }] }, said, next] },
      [{ role: 'user', content: [{ type: 'input_text', text: line }] }, said, next],
    ],
    [
      'what a tool has just answered over responses',
      {
        input: [
          { type: 'function_call_output', output: [{ type: 'input_image', image_url: png }] },
        ],
      },
      [{ type: 'function_call_output', output: [{ type: 'input_text', text: line }] }],
    ],
    [
      'what a tool has just answered over messages, and what stands beside it',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', content: [image] }, image] }] },
      [
        {
          role: 'user',
          content: [
            { type: 'tool_result', content: [{ type: 'text', text: line }] },
            { type: 'text', text: line },
          ],
        },
      ],
    ],
    [
      'what follows a tool’s message over chat',
      {
        messages: [
          { role: 'tool', content: 'x' },
          { role: 'user', content: [image] },
        ],
      },
      [
        { role: 'tool', content: 'x' },
        { role: 'user', content: [{ type: 'text', text: line }] },
      ],
    ],
  ])('becomes a line that says so: %s', (_, body, turns) => {
    expect(suited(body)).toEqual({ turns, leftOut: ['content.image'] });
  });

  it('is refused all the same where the user sends one anew', () => {
    const old = { role: 'user', content: [image] };
    const refusal = refusalOf({ messages: [old, said, { role: 'user', content: ['x', image] }] });
    expect(refusal?.options.param).toBe('messages[2].content[1]');
  });
});

describe('a file of text', () => {
  const base64 = Buffer.from('été').toString('base64');
  it.each<[string, object, string]>([
    ['a document', { type: 'document', source: { type: 'text', data: 'été' } }, 'été'],
    [
      'a document of blocks',
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] } },
      'a',
    ],
    [
      'in base64',
      {
        type: 'document',
        title: 'a.md',
        source: { type: 'base64', media_type: 'text/markdown', data: base64 },
      },
      'a.md\n\nété',
    ],
    [
      'over chat',
      {
        type: 'file',
        file: { filename: 'a.txt', file_data: `data:text/plain;base64,${base64}` },
      },
      'a.txt\n\nété',
    ],
    [
      'over responses',
      { type: 'input_file', file_data: `data:application/json;base64,${base64}` },
      'été',
    ],
  ])('is text to any model: %s', (_, part, text) => {
    expect(suited(chat(part))).toEqual({
      turns: [{ role: 'user', content: [{ type: 'text', text }] }],
      leftOut: [],
    });
  });
});
