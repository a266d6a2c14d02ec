import { describe, expect, it } from '@jest/globals';
import { readUpstreamError } from './upstream-errors.js';

function reply(status: number, body: unknown, headers: Record<string, string> = {}) {
  return {
    status,
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

function openai(message: string, type = 'invalid_request_error', code: string | null = null) {
  return { error: { message, type, param: 'messages', code } };
}

describe('readUpstreamError', () => {
  it.each([400, 404, 413, 422])('keeps what a caller did wrong (%i)', (status) => {
    const read = readUpstreamError(
      reply(status, openai('too many tools', 'invalid_request_error', 'bad_tools')),
      'chat',
      'chat',
    );
    expect(read).toMatchObject({
      fault: 'caller',
      error: {
        status,
        upstreamType: 'invalid_request_error',
        code: 'bad_tools',
        message: 'too many tools',
        options: { param: 'messages' },
      },
    });
  });

  const secret = 'org-Abc123Secret';
  it.each([
    [401, openai(`Incorrect API key provided: sk-proj-abcdef for ${secret}`)],
    [402, openai(`Pay, ${secret}`)],
    [403, openai(`${secret} may not`)],
    [
      429,
      openai(
        `You exceeded your current quota, ${secret}`,
        'insufficient_quota',
        'insufficient_quota',
      ),
    ],
    [
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: `Your credit balance is too low ${secret}`,
        },
      },
    ],
  ])('makes the platform’s own trouble 503 and says nothing of it (%i)', (status, body) => {
    const { fault, error } = readUpstreamError(reply(status, body), 'chat', 'chat');
    expect(fault).toBe('account');
    expect(error).toMatchObject({ status: 503, code: 'upstream_unavailable' });
    expect(JSON.stringify(error) + error.message).not.toMatch(/Secret|sk-|credit|quota/);
  });

  it('keeps status and retry-after of a rate limit, not the text that names the organisation', () => {
    const { fault, error } = readUpstreamError(
      reply(
        429,
        openai(`Rate limit reached in organization ${secret}`, 'tokens', 'rate_limit_exceeded'),
        {
          'retry-after': '7',
          'retry-after-ms': '7000',
          'x-ratelimit-limit-tokens': '30000',
        },
      ),
      'chat',
      'chat',
    );
    expect(fault).toBe('capacity');
    expect(error.status).toBe(429);
    expect(error.options.retryAfterMs).toBe(7_000);
    expect(error.message).not.toContain('Secret');
  });

  it.each([
    ['Failed to parse input at pos 13: <tool_call>', 502, 'upstream_error'],
    [
      'The model produced output that does not match the expected peg-native format',
      502,
      'upstream_error',
    ],
    ['image input is not supported - hint: you may need to provide the mmproj', 400, null],
  ])('takes a 500 of llama-server’s for the request’s own fault: %s', (message, status, code) => {
    const body = { error: { code: 500, message, type: 'server_error' } };
    const read = readUpstreamError(reply(500, body), 'chat', 'chat');
    expect(read).toMatchObject({ fault: 'caller', error: { status, code } });
    expect(readUpstreamError(reply(503, body), 'chat', 'chat').fault).toBe('broken');
  });

  it('keeps 529', () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(readUpstreamError(reply(529, body), 'messages', 'chat').error.status).toBe(529);
  });

  it('takes identifiers of the provider’s side out of a message', () => {
    const { error } = readUpstreamError(
      reply(404, openai('no such model in project proj_9f8e7d6c5b for org-Abc123Secret')),
      'chat',
      'chat',
    );
    expect(error.message).toBe('no such model in project [removed] for [removed]');
  });

  it.each([
    [500, openai('boom'), 502, 'upstream_error'],
    [503, openai('busy'), 503, 'upstream_unavailable'],
    [302, '', 502, 'upstream_error'],
    [400, '<html>bad gateway</html>', 502, 'upstream_error'],
  ])(
    'reads %i with what is not its API’s error as a broken upstream',
    (status, body, expected, code) => {
      expect(readUpstreamError(reply(status, body), 'chat', 'chat')).toMatchObject({
        fault: 'broken',
        error: { status: expected, code },
      });
    },
  );
});
