import { describe, expect, it } from '@jest/globals';
import { MAX_JSON_ELEMENTS, MAX_JSON_MEMBERS, MAX_TURNS } from '../bounds.js';
import { JsonScanError } from './json-scan-error.js';
import { scanBody } from './scan-body.js';

const turn = '{"role":"user","content":"x"}';
const bodies: Readonly<Record<string, (count: number) => string>> = {
  // The member that holds the rest is one of them.
  members: (count) => `{"a":{${list(count - 1, (i) => `"${i}":1`)}}}`,
  'members of objects in an array': (count) => `{"a":[${list(count - 1, () => '{"b":1}')}]}`,
  elements: (count) => `{"a":[${list(count, () => '1')}]}`,
  'elements of nested arrays': (count) => `{"a":[${list(count / 2, () => '[1]')}]}`,
  messages: (count) => `{"messages":[${list(count, () => turn)}]}`,
  'messages that are none': (count) => `{"messages":[${list(count, () => '[]')}]}`,
  input: (count) => `{"input":[${list(count, () => turn)}]}`,
};

function list(count: number, each: (index: number) => string): string {
  return Array.from({ length: count }, (_, i) => each(i)).join(',');
}

function refusalOf(body: string): JsonScanError | undefined {
  try {
    scanBody(Buffer.from(body), []);
    return undefined;
  } catch (error) {
    return error as JsonScanError;
  }
}

describe('the number of things in a body', () => {
  it.each([
    ['members', MAX_JSON_MEMBERS, 1, undefined],
    ['members of objects in an array', MAX_JSON_MEMBERS, 1, undefined],
    ['elements', MAX_JSON_ELEMENTS, 1, undefined],
    ['elements of nested arrays', MAX_JSON_ELEMENTS, 2, undefined],
    ['messages', MAX_TURNS, 1, 'messages'],
    ['messages that are none', MAX_TURNS, 1, 'messages'],
    ['input', MAX_TURNS, 1, 'input'],
  ])('is bounded, and the bound is named: %s', (name, most, more, param) => {
    const body = bodies[name]!;
    expect(refusalOf(body(most))).toBeUndefined();
    expect(refusalOf(body(most + more))).toMatchObject({
      code: 'too_many_members',
      param,
      message: expect.stringContaining(`at most ${most}`),
    });
  });

  it('is not counted on to the end of a body that has more', () => {
    const { offset = Infinity } = refusalOf(bodies['messages']!(10 * MAX_TURNS)) ?? {};
    expect(offset).toBeLessThan(1.1 * MAX_TURNS * turn.length);
  });
});
