import { describe, expect, it } from '@jest/globals';
import { scanBody } from '@modelbridge/llm-wire';
import { RequestError } from '../ingress/request-error.js';
import { chatMembers, readChatFields } from './request-fields.js';

const minimal = { model: 'gpt-5.4', messages: [] };

function read(body: object | string) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readChatFields(bytes, scanBody(bytes, chatMembers));
}

function refusalOf(body: object | string): RequestError {
  try {
    read(body);
  } catch (error) {
    return error as RequestError;
  }
  throw new Error('the request was taken');
}

describe('readChatFields', () => {
  it('reads what the gateway needs', () => {
    expect(
      read({
        ...minimal,
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 10,
        max_completion_tokens: 7,
        n: 2,
        tools: [],
      }),
    ).toEqual({
      model: 'gpt-5.4',
      stream: true,
      includeUsage: true,
      outputCap: 7,
      choices: 2,
      hasTools: true,
    });
  });

  it('takes null for what was not given, as SDKs send it', () => {
    const given = {
      stream: null,
      max_tokens: null,
      n: null,
      stream_options: null,
      service_tier: null,
    };
    expect(read({ ...minimal, ...given, web_search_options: null })).toMatchObject({
      stream: false,
      outputCap: undefined,
      choices: 1,
    });
  });

  it.each([
    ['max_tokens', '1e308'],
    ['max_tokens', '-1'],
    ['max_tokens', '0'],
    ['max_tokens', '1.5'],
    ['max_tokens', '"NaN"'],
    ['max_completion_tokens', '1e308'],
    ['n', '1000000'],
    ['n', '0'],
    ['n', '"2"'],
    ['stream', '"true"'],
    ['stream_options', '1'],
    ['model', '7'],
    ['model', '""'],
    ['messages', '"hi"'],
    ['service_tier', '"priority"'],
    ['web_search_options', '{}'],
    ['previous_response_id', '"resp_1"'],
    ['conversation', '"conv_1"'],
    ['background', 'true'],
    ['prompt', '{"id":"pmpt_1"}'],
    ['container', '"c"'],
    ['modalities', '["text","audio"]'],
    ['prediction', '{}'],
  ])('refuses %s = %s and names the field', (name, value) => {
    const members = new Map<string, string>([
      ['model', '"gpt-5.4"'],
      ['messages', '[]'],
    ]);
    members.set(name, value);
    const text = `{${[...members].map(([key, json]) => `"${key}":${json}`).join(',')}}`;
    expect(refusalOf(text)).toMatchObject({ status: 400, options: { param: name } });
  });

  it('refuses a file that is named by id', () => {
    const content = [{ type: 'file', file: { file_id: 'file-1' } }];
    expect(refusalOf({ ...minimal, messages: [{ role: 'user', content }] })).toMatchObject({
      status: 400,
      options: { param: 'file_id' },
    });
  });
});
