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
    expect(parseError(400, vllm)).toMatchObject({ message: 'too long', code: '400' });
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
    expect(translateError(absent, 'chat', 'responses')).toBe(absent);
  });

  it('leave silence to a comment or a ping', () => {
    expect(keepAliveFrame('chat').toString()).toBe(': keep-alive\n\n');
    expect(keepAliveFrame('messages').toString()).toContain('event: ping');
  });
});
