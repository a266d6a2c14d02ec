import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { texts } from '../testing/arbitraries.js';
import { RawInputStream } from './raw-input-stream.js';

function stream(json: string, cuts: number[]): string {
  const raw = new RawInputStream();
  const places = [
    0,
    ...cuts.map((cut) => cut % (json.length + 1)).sort((a, b) => a - b),
    json.length,
  ];
  const pieces = places.slice(1).map((end, i) => json.slice(places[i], end));
  return pieces.map((piece) => raw.push(piece)).join('') + raw.end();
}

describe('RawInputStream', () => {
  it('gives the input exactly, however its JSON is spelled and cut', () => {
    const spelled = fc
      .tuple(fc.oneof(texts, fc.string({ unit: 'grapheme' })), fc.boolean())
      .map(([text, escape]) => {
        const json = JSON.stringify({ input: text });
        return { text, json: escape ? json.replace(/[^\x20-\x7e]/g, unicodeEscape) : json };
      });
    fc.assert(
      fc.property(spelled, fc.array(fc.nat(), { maxLength: 20 }), ({ text, json }, cuts) => {
        expect(stream(json, cuts)).toBe(text);
        expect(
          stream(
            json,
            Array.from(json, (_, i) => i),
          ),
        ).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('gives arguments of another shape as they are', () => {
    for (const json of ['{"patch":"x"}', '["input"]', 'not json', '{"input":5}']) {
      expect(stream(json, [1, 3, 7])).toBe(json);
    }
    expect(stream('{}', [1])).toBe('');
  });
});

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
