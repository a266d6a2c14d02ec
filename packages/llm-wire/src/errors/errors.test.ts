import { describe, expect, it } from '@jest/globals';
import { apiError, buildError, parseError } from './api-error.js';
import { keepAliveFrame } from './error-frame.js';
import { translateError } from './translate-error.js';

describe('errors', () => {
  it('survive being built and parsed in each vendor’s shape', () => {
    const error = apiError(400, 'invalid_request_error', 'bad', 'invalid_value', 'model');
    expect(parseError(400, buildError('chat', error))).toEqual(error);
    expect(parseError(400, buildError('messages', error))).toEqual({
      ...error,
      code: null,
      param: null,
    });
    expect(JSON.parse(buildError('chat', apiError(500, 't', 'm')))).toEqual({
      error: { message: 'm', type: 't', param: null, code: null },
    });
    expect(JSON.parse(buildError('messages', error, 'req_1'))).toMatchObject({
      type: 'error',
      request_id: 'req_1',
    });
  });

  it('are read from vLLM’s shapes and refused from what is none', () => {
    const vllm =
      '{"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400}';
    expect(parseError(400, vllm)).toMatchObject({ message: 'too long', code: null });
    expect(parseError(500, '{"error":"plain"}')).toMatchObject({ message: 'plain' });
    for (const body of ['<html>', '[]', '{}', '{"error":{}}', '']) {
      expect(parseError(502, body)).toBeUndefined();
    }
  });

  it('keep status and wording between vendors, and gain the code that clients act on', () => {
    const long = apiError(
      400,
      'invalid_request_error',
      'prompt is too long: 205000 tokens > 200000 maximum',
    );
    expect(translateError(long, 'messages', 'chat')).toEqual({
      ...long,
      code: 'context_length_exceeded',
    });
    const busy = apiError(529, 'overloaded_error', 'Overloaded');
    expect(translateError(busy, 'messages', 'responses')).toMatchObject({
      status: 529,
      type: 'server_error',
      message: 'Overloaded',
    });
    const absent = apiError(404, 'invalid_request_error', 'no such model', 'model_not_found');
    expect(translateError(absent, 'chat', 'messages')).toMatchObject({
      status: 404,
      type: 'not_found_error',
    });
    expect(translateError(absent, 'chat', 'responses')).toEqual(absent);
  });

  it.each([
    apiError(400, 'invalid_request_error', 'Your input exceeds the context window of this model.'),
    apiError(500, 'server_error', 'It does not fit.', 'context_length_exceeded'),
    apiError(400, 'BadRequestError', "This model's maximum context length is 9."),
  ])('say to Claude Code in its words that the prompt does not fit: $message', (error) => {
    for (const from of ['chat', 'responses'] as const) {
      const { type, message } = translateError(error, from, 'messages');
      expect({ type, message }).toEqual({
        type: 'invalid_request_error',
        message: `prompt is too long: ${error.message}`,
      });
    }
  });

  it('say that prompt and cap do not fit together', () => {
    const words = 'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000';
    const error = apiError(400, 'invalid_request_error', words);
    expect(translateError(error, 'messages', 'responses')).toMatchObject({
      message: words,
      code: 'context_length_exceeded',
    });
    expect(translateError(error, 'messages', 'messages')).toEqual(error);
  });

  it('say by their code that the prompt does not fit, whichever server says it', () => {
    for (const error of [
      {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9_000,
        n_ctx: 4_096,
      },
      { code: 400, message: "This model's maximum context length is 9.", type: 'BadRequestError' },
    ]) {
      const parsed = parseError(400, JSON.stringify({ error }))!;
      for (const to of ['chat', 'responses'] as const) {
        expect(translateError(parsed, 'chat', to).code).toBe('context_length_exceeded');
      }
    }
    const other = parseError(
      400,
      '{"error":{"message":"no","type":"BadRequestError","code":400}}',
    )!;
    expect(translateError(other, 'chat', 'chat').code).toBeNull();
    const own = apiError(400, 'x', 'context window', 'other_code');
    expect(translateError(own, 'chat', 'chat').code).toBe('other_code');
  });

  it('leave silence to a comment or a ping', () => {
    expect(keepAliveFrame('chat').toString()).toBe(': keep-alive\n\n');
    expect(keepAliveFrame('messages').toString()).toContain('event: ping');
  });
});
