import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scanBody } from './scan-body.js';
import { spliceTopLevel, type MemberEdits } from './splice.js';

const LONE_SURROGATE = /\p{Surrogate}/u;
const KEYS = ['a', 'b', 'c', 'd', 'model', 'max_tokens'];

function splice(text: string, edits: MemberEdits): string {
  const body = Buffer.from(text);
  return spliceTopLevel(body, scanBody(body, KEYS), edits).toString();
}

describe('spliceTopLevel', () => {
  it('equals parsing, editing and writing, for any document and any edits', () => {
    const documents = fc.record({
      members: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS, 'x', 'y'), fc.jsonValue()), {
        selector: ([key]) => key,
      }),
      indent: fc.constantFrom(0, 1, '\t'),
    });
    const edits = fc.dictionary(fc.constantFrom(...KEYS), fc.option(fc.jsonValue()));
    fc.assert(
      fc.property(documents, edits, ({ members, indent }, changes) => {
        const object = Object.fromEntries(members);
        const text = JSON.stringify(object, null, indent);
        fc.pre(!LONE_SURROGATE.test(text) && !/\\u(0000|d[89a-f])/i.test(text));
        const texts: Record<string, string | null> = {};
        for (const [key, value] of Object.entries(changes)) {
          texts[key] = value === null ? null : JSON.stringify(value);
          if (value === null) delete object[key];
          else object[key] = value;
        }
        expect(JSON.parse(splice(text, texts))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every byte outside of the edited member', () => {
    const text = '{ "x" : 1.0e+5 ,\n "model":"old" , "y":[ 1,2 ], "max_tokens" : 7 }';
    expect(splice(text, { model: '"new"' })).toBe(text.replace('"old"', '"new"'));
    expect(splice(text, {})).toBe(text);
  });

  it('removes first, middle, last and all members without leaving a comma', () => {
    expect(splice('{"a":1, "b":2, "c":3}', { a: null })).toBe('{ "b":2, "c":3}');
    expect(splice('{"a":1,"b":2,"c":3}', { b: null })).toBe('{"a":1,"c":3}');
    expect(splice('{"a":1,"b":2,"c":3}', { c: null })).toBe('{"a":1,"b":2}');
    expect(splice('{"a":1,"b":2,"x":3}', { a: null, b: null })).toBe('{"x":3}');
    expect(splice('{"a":1,"b":2}', { a: null, b: null, c: '3' })).toBe('{"c":3}');
  });

  it('appends to an empty object', () => {
    expect(splice('{ }', { model: '"m"' })).toBe('{ "model":"m"}');
  });
});
