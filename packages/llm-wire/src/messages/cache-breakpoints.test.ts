import { describe, expect, it } from '@jest/globals';
import { arrayAt, objectAt, type JsonObject } from '../json.js';
import type { UpstreamProfile } from '../conversation/upstream-profile.js';
import { CLAUDE, translate } from '../testing/translations.js';

const CACHING = { ...CLAUDE, cachesFromTokens: 1_024 };
const long = 'word '.repeat(1_000);
const system = { role: 'system', content: long };
const user = { role: 'user', content: 'hi' };
const said = { role: 'assistant', content: 'ok' };
const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];

function sent(body: object, upstream: UpstreamProfile = CACHING): JsonObject {
  return translate('chat', body, upstream).sent;
}

/** Where the marks stand. */
function marks(body: JsonObject): string[] {
  const marked = (name: string, blocks: unknown[]): string[] =>
    blocks.flatMap((block, i) => (objectAt(block, 'cache_control') ? [`${name}.${i}`] : []));
  return [
    ...marked('tools', arrayAt(body, 'tools')),
    ...marked('system', arrayAt(body, 'system')),
    ...arrayAt(body, 'messages').flatMap((message, i) =>
      marked(`messages.${i}`, arrayAt(message, 'content')),
    ),
  ];
}

describe('cache breakpoints for callers that set none', () => {
  it('stand behind the instructions and the last two turns of a conversation that goes on', () => {
    const messages = [system, user, said, user, said, user];
    expect(marks(sent({ messages, tools }))).toEqual(['system.0', 'messages.2.0', 'messages.4.0']);
  });

  it('stand behind the tools where there are no instructions', () => {
    const messages = [{ role: 'user', content: long }, said, user];
    expect(marks(sent({ messages, tools }))).toEqual(['tools.0', 'messages.0.0', 'messages.2.0']);
  });

  it('leave a first request with tools its own words, which may be said once', () => {
    expect(marks(sent({ messages: [system, user], tools }))).toEqual(['system.0']);
  });

  it('are the same over responses', () => {
    const input = [user, said, user];
    const { sent: body } = translate('responses', { instructions: long, input }, CACHING);
    expect(marks(body)).toEqual(['system.0', 'messages.0.0', 'messages.2.0']);
  });

  it.each<[string, object]>([
    ['a request that may be the only one', { messages: [system, user] }],
    [
      'one whose tool gives the answer',
      { messages: [system, user], tools, tool_choice: 'required' },
    ],
    ['a short prompt', { messages: [user, said, user], tools }],
    [
      'a caller that sets its own',
      {
        messages: [
          { ...system, cache_control: { type: 'ephemeral', ttl: '1h' } },
          user,
          said,
          user,
        ],
      },
    ],
  ])('are not set for %s', (_, body) => {
    const own = JSON.stringify(body).includes('cache_control') ? ['system.0'] : [];
    expect(marks(sent(body))).toEqual(own);
  });

  it('are not set where caching is off', () => {
    expect(marks(sent({ messages: [system, user, said, user] }, { ...CLAUDE }))).toEqual([]);
  });
});
