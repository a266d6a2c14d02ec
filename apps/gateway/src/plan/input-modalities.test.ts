import { describe, expect, it } from '@jest/globals';
import { scanBody } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import { RequestError } from '../errors/request-error.js';
import { refuseForeignModalities } from './input-modalities.js';

function model(id: string, ...inputModalities: string[]): CatalogModel {
  return { id, inputModalities } as unknown as CatalogModel;
}

const textOnly = model('words', 'text');
const models = [textOnly, model('eyes', 'text', 'image'), model('reader', 'text', 'image', 'file')];

function refusalOf(body: object, asked = textOnly, known = models): RequestError | undefined {
  const bytes = Buffer.from(JSON.stringify(body));
  const scan = scanBody(bytes, ['messages', 'input']);
  try {
    refuseForeignModalities({ body: bytes, scan, model: asked }, known);
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
    ['a file', chat({ type: 'document', source: pdf }), 'messages[0].content[0]'],
    [
      'an image',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: png }] }] },
      'input[0].content[0]',
    ],
    [
      'an image',
      {
        input: [
          { role: 'user', content: 'look' },
          { type: 'function_call_output', output: [{ type: 'input_image', image_url: png }] },
        ],
      },
      'input[1].output[0]',
    ],
    [
      'an image',
      chat({ type: 'tool_result', content: [{ type: 'image', source: pdf }] }),
      'messages[0].content[0].content[0]',
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
