import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorType } from '@modelbridge/llm-wire';
import { publicErrors, type PublicErrorCode } from './public-errors.js';
import { badField, RequestError } from './request-error.js';

const root = join(import.meta.dirname, '../../../..');
const codes = Object.keys(publicErrors) as PublicErrorCode[];

interface Documented {
  status: number;
  openai: string;
  anthropic: string;
  retry: boolean;
  text: string;
}

/** The rows of the tables in docs/errors.md whose first cell is a code. */
function documented(): Array<[string, Documented]> {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  return page.split('\n').flatMap((line): Array<[string, Documented]> => {
    const cells = line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));
    const [, code, status, openai, anthropic, retry, text] = cells;
    if (cells.length !== 8 || !/^\d{3}$/.test(status ?? '')) return [];
    const row = { openai: openai!, anthropic: anthropic!, text: text! };
    return [[code!, { ...row, status: Number(status), retry: retry === 'yes' }]];
  });
}

/** The text of every source file that may make an error, but for the table. */
function sources(): string {
  return ['apps/gateway/src', 'packages/llm-wire/src']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.endsWith('public-errors.ts'))
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    )
    .join('\n');
}

describe('the table of public errors', () => {
  it('is told in docs/errors.md, code for code, and no other', () => {
    const rows = documented();
    expect(rows.map(([code]) => code).sort()).toEqual([...codes].sort());
    for (const [code, row] of rows) {
      const { status, retry } = publicErrors[code as PublicErrorCode];
      expect({ code, ...row }).toEqual({
        code,
        status,
        retry,
        openai: errorType('chat', status),
        anthropic: errorType('messages', status),
        text: expect.stringMatching(/.{20}/),
      });
    }
  });

  it('holds no code that nothing makes', () => {
    const made = sources();
    expect(codes.filter((code) => !made.includes(`'${code}'`))).toEqual([]);
  });

  it('is closed: a code of one’s own, or one without its words, does not compile', () => {
    // @ts-expect-error -- not in the table
    expect(() => RequestError.of('my_own_code')).toThrow();
    // @ts-expect-error -- the table has no words for it
    expect(RequestError.of('model_not_found').message).toBe('');
    // @ts-expect-error -- a field cannot be at fault with 503
    expect(badField('model', 'It is not right.', 'overloaded').status).toBe(503);
  });

  it('answers with status, words and the advice to try again of the table', () => {
    const error = RequestError.of('overloaded');
    expect(error).toMatchObject({ status: 503, code: 'overloaded', retry: true });
    expect(error.message).toBe(publicErrors.overloaded.text);
    expect(RequestError.of('overloaded', { message: 'Busy.' }).message).toBe('Busy.');
    expect(badField('n', 'It is too large.')).toMatchObject({
      status: 400,
      code: 'invalid_value',
      retry: false,
      options: { param: 'n' },
    });
  });

  it('leaves an upstream’s own code and type alone, and the advice to the upstream', () => {
    const said = { status: 400, type: 'BadRequestError', code: 'bad_tools', message: 'no' };
    const error = RequestError.passedOn({ ...said, param: 'tools' });
    expect(error).toMatchObject({
      status: 400,
      code: 'bad_tools',
      upstreamType: 'BadRequestError',
      options: { param: 'tools' },
    });
    expect(error.retry).toBeUndefined();
  });
});
