import { describe, expect, it } from '@jest/globals';
import { canonicalPath } from './canonical-path.js';
import { RouteList } from './route-list.js';
import { unknownRoute } from './unknown-route.js';

describe('canonicalPath', () => {
  it.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/chat/completions/', '/v1/chat/completions'],
    ['//v1/chat/completions', '/v1/chat/completions'],
    ['/v1//chat///completions//', '/v1/chat/completions'],
    ['/v1/v1/messages', '/v1/messages'],
    ['/v1//v1/v1/messages', '/v1/messages'],
    ['/%761/k%65y', '/v1/key'],
    ['/v1/v1', '/v1'],
    ['/v1', '/v1'],
    ['/', '/'],
    ['//', '/'],
    ['', ''],
    // What is another path stays one.
    ['/v1/v1beta/models', '/v1/v1beta/models'],
    ['/v1/models/v1', '/v1/models/v1'],
    ['/v1/models/a%2Fb', '/v1/models/a%2Fb'],
    ['/v1/models/%2576', '/v1/models/%2576'],
    ['/v1/models/%zz', '/v1/models/%zz'],
    ['/openai/v1/messages', '/openai/v1/messages'],
  ])('makes of %p %p', (given, expected) => {
    expect(canonicalPath(given)).toBe(expected);
  });
});

describe('RouteList', () => {
  const routes = new RouteList();
  routes.add('/v1/models', 'GET');
  routes.add('/v1/models', 'HEAD');
  routes.add('/v1/models/:id', ['GET', 'HEAD']);

  it.each([
    ['/v1/models', ['GET', 'HEAD']],
    ['/v1/models/gpt-5.4', ['GET', 'HEAD']],
    ['/v1/models/a%2Fb', ['GET', 'HEAD']],
    ['/v1/models/', undefined],
    ['/v1/models/%zz', undefined],
    ['/v1/models/a/b', undefined],
    ['/v1/model', undefined],
  ])('says what %p takes: %p', (path, expected) => {
    const methods = routes.methodsOf(path);
    expect(methods && [...methods]).toEqual(expected);
  });
});

describe('unknownRoute', () => {
  const anthropics = { 'anthropic-version': '2023-06-01' };

  it.each([
    ['/chat/completions', {}, 'chat', '/v1/chat/completions'],
    ['/openai/v1/chat/completions', {}, 'chat', '/v1/chat/completions'],
    ['/v1/openai/responses', {}, 'responses', '/v1/responses'],
    ['/messages', {}, 'messages', '/v1/messages'],
    ['/api/v1/messages/count_tokens', {}, 'messages', '/v1/messages/count_tokens'],
    ['/models', anthropics, 'messages', '/v1/models'],
    ['/models', {}, 'chat', '/v1/models'],
  ])('knows what %s of %p means', (path, headers, format, meant) => {
    const unknown = unknownRoute('POST', path, headers);
    expect(unknown.format).toBe(format);
    expect(unknown.error).toMatchObject({ status: 404, code: 'not_found' });
    expect(unknown.error.message).toContain(`no route POST ${path}. The route is ${meant}. `);
    expect(unknown.error.message).toMatch(/base URL of an OpenAI SDK ends in \/v1/);
  });

  it.each([
    ['/v1/embeddings', 'route_not_supported', 'write text only'],
    ['/v1/images/generations', 'route_not_supported', 'write text only'],
    ['/v1/audio/speech', 'route_not_supported', 'write text only'],
    ['/v1/moderations', 'route_not_supported', 'write text only'],
    ['/v1/completions', 'route_not_supported', 'POST /v1/chat/completions'],
    ['/v1/complete', 'route_not_supported', '/v1/messages'],
    ['/v1/realtime', 'route_not_supported', 'POST /v1/responses'],
    ['/v1/realtime/sessions', 'route_not_supported', 'POST /v1/responses'],
    ['/v1/files', 'stateful_route_not_supported', 'in the request'],
    ['/v1/skills/skill_1', 'stateful_route_not_supported', 'Skills are not stored'],
    ['/v1/batches', 'stateful_route_not_supported', 'by itself'],
  ])('says of %s why it is not there, in the shape of the caller', (path, code, words) => {
    for (const [headers, format] of [
      [{}, 'chat'],
      [anthropics, 'messages'],
      [{ 'x-api-key': 'k' }, 'messages'],
    ] as const) {
      const unknown = unknownRoute('POST', path, headers);
      expect(unknown).toMatchObject({ format, error: { status: 404, code } });
      expect(unknown.error.message).toContain(words);
    }
  });

  it('guesses nothing of what it does not know, and repeats no long path', () => {
    const { format, error } = unknownRoute('GET', `/${'x/'.repeat(8_000)}`, anthropics);
    expect(format).toBe('messages');
    expect(error.message).not.toContain('The route is');
    expect(error.message.length).toBeLessThan(300);
    expect(unknownRoute('GET', '/a/b/c/d/e/f/messages', {}).error.message).not.toContain('/v1/m');
  });
});
