import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { textField } from './csv.js';

/** As RFC 4180 has it. */
function parse(line: string): string[] {
  return [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

describe('text in a table', () => {
  it('is one field, whatever it holds, and no formula', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\r', '\n', '\t', '=', '-', 'é'),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const fields = parse(texts.map(textField).join(','));
        expect(fields.map((field) => field.replace(/^'/, ''))).toEqual(texts);
        for (const field of fields) expect(field).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    '%j is made harmless',
    (text) => {
      expect(textField(text).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it('is left as it is otherwise', () => {
    expect(textField('gpt-5.4')).toBe('gpt-5.4');
  });
});
