import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonScanError } from './json-scan-error.js';
import { readMember, scanBody } from './scan-body.js';

const LONE_SURROGATE = /\p{Surrogate}/u;
const WANTED = ['model', 'stream', 'max_tokens', 'n', 'messages', 'stream_options'];

function scan(text: string) {
  return scanBody(Buffer.from(text), WANTED);
}

function refusal(body: string | Uint8Array): JsonScanError {
  try {
    scanBody(typeof body === 'string' ? Buffer.from(body) : body, WANTED);
  } catch (error) {
    if (error instanceof JsonScanError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

/** Objects with the wanted keys among others, spelled with random white space. */
const documents = fc
  .record({
    known: fc.dictionary(fc.constantFrom(...WANTED), fc.jsonValue({ maxDepth: 4 })),
    other: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
    indent: fc.constantFrom(0, 1, '\t', 3),
  })
  .map(({ known, other, indent }) => JSON.stringify({ ...other, ...known }, null, indent));

/** What JSON takes and this scanner refuses on purpose. */
function isRefusedText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || LONE_SURROGATE.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isRefusedText(key) || isRefusedText(inner));
}

describe('scanBody', () => {
  it('finds every wanted member of any document at the bytes that JSON.parse would read', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const parsed = JSON.parse(text) as Record<string, unknown>;
        fc.pre(!isRefusedText(parsed));
        const body = Buffer.from(text);
        const found = scanBody(body, WANTED);
        for (const key of WANTED) {
          expect(readMember(body, found, key)).toEqual(
            Object.hasOwn(parsed, key) ? parsed[key] : undefined,
          );
        }
        expect(found.memberCount).toBe(Object.keys(parsed).length);
      }),
    );
  });

  it('agrees with JSON.parse on whether a damaged document is valid', () => {
    const damaged = fc.tuple(
      documents,
      fc.nat(),
      fc.constantFrom(
        '',
        '"',
        '\\',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '0',
        '-',
        '.',
        'e',
        '\n',
        '\u0001',
        't',
      ),
      fc.nat({ max: 2 }),
    );
    let valid = 0;
    fc.assert(
      fc.property(damaged, ([text, seed, insert, drop]) => {
        const at = seed % (text.length + 1);
        const body = text.slice(0, at) + insert + text.slice(at + drop);
        fc.pre(!LONE_SURROGATE.test(body));
        const parsed = parseOrNothing(body);
        fc.pre(!isRefusedText(parsed));
        const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
        if (isObject) valid++;
        try {
          scan(body);
          expect(isObject).toBe(true);
        } catch (error) {
          if (!(error instanceof JsonScanError)) throw error;
          if (error.code !== 'duplicate_key') expect(isObject).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(valid).toBeGreaterThan(0);
  });

  it('gives the same result wherever the body lies in memory', () => {
    const text = Buffer.from(
      '{"model":"müller","messages":[{"content":"a \\" b\\\\ and so on and on"}]}',
    );
    for (let offset = 0; offset < 8; offset++) {
      const placed = Buffer.alloc(text.length + 8)
        .fill('"')
        .subarray(offset, offset + text.length);
      text.copy(placed);
      expect(scanBody(placed, WANTED)).toEqual(scanBody(text, WANTED));
    }
  });

  it('finds the end of a string of any length, wherever it lies and whatever bytes it holds', () => {
    for (const filler of [' ', '!', '#', '[', ']', '~', 'é', '好', '\\n', '\\"', '\\\\']) {
      for (let length = 0; length < 40; length++) {
        const content = filler.repeat(length);
        const text = Buffer.from(`{"other":"${content}","model":"m"}`);
        const offset = length % 4;
        const placed = Buffer.alloc(text.length + 8, '"').subarray(offset, offset + text.length);
        text.copy(placed);
        expect(readMember(placed, scanBody(placed, WANTED), 'model')).toBe('m');
        for (const stop of ['\u0001', '\u001f', '\n']) {
          expect(refusal(`{"other":"${content}${stop}"}`).message).toContain('control character');
        }
        expect(refusal(`{"other":"${content}`).message).toContain('ends inside a string');
      }
    }
  });

  it('refuses 100,000 levels without recursion', () => {
    expect(refusal(`{"messages":${'['.repeat(100_000)}`).code).toBe('too_deep');
    expect(refusal(`{"a":${'{"a":'.repeat(100_000)}`).message).toContain('too deep');
  });

  it('takes 256 levels and refuses 257', () => {
    const nested = (arrays: number) => `{"a":${'['.repeat(arrays)}${']'.repeat(arrays)}}`;
    expect(scan(nested(255)).memberCount).toBe(1);
    expect(refusal(nested(256)).code).toBe('too_deep');
  });

  it('refuses a million keys and ten million elements', () => {
    const keys = Array.from({ length: 1_000_000 }, (_, i) => `"${i}":0`).join(',');
    expect(refusal(`{${keys}}`).code).toBe('too_many_members');
    expect(refusal(`{"a":[${'0,'.repeat(10_000_000)}0]}`).code).toBe('too_many_members');
  });

  it('refuses text that no upstream can hold', () => {
    expect(refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])).code).toBe(
      'invalid_utf8',
    );
    expect(refusal('{"a":"\\u0000"}').message).toContain('NUL');
    for (const lone of ['\\ud800', '\\udc00', '\\ud800\\ud800', '\\ud83dx', '\\udc00\\ud83d']) {
      expect(refusal(`{"a":"${lone}"}`).message).toContain('lone surrogate');
    }
    expect(scan('{"a":"\\ud83d\\ude00"}').memberCount).toBe(1);
  });

  it('refuses a wanted key given twice, also when it is spelled with escapes', () => {
    expect(refusal('{"model":1,"model":2}')).toMatchObject({
      code: 'duplicate_key',
      param: 'model',
    });
    expect(refusal('{"model":1,"\\u006dodel":2}').code).toBe('duplicate_key');
    expect(scan('{"x":1,"x":2}').memberCount).toBe(2);
  });

  it('refuses what is not one object', () => {
    for (const text of ['', '[]', '1', 'null', '"a"', '\ufeff{}']) {
      expect(refusal(text).code).toBe('not_an_object');
    }
    expect(refusal('{} {}').code).toBe('invalid_json');
  });

  it('leaves prototypes alone', () => {
    const body = Buffer.from('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');
    const found = scanBody(body, ['__proto__', 'constructor']);
    expect(readMember(body, found, '__proto__')).toEqual({ polluted: true });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
