import { describe, expect, it } from '@jest/globals';
import { csvRows } from './csv.js';
import { BadBill, billLines, sameLines } from './provider-bill.js';

const header =
  'day,provider,model,input_tokens,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,cost_usd';
const read = (text: string | Buffer) => billLines(csvRows(Buffer.from(text)));

function faultsOf(text: string | Buffer): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof BadBill) return error.faults;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a bill as CSV', () => {
  it('is read to the nano-dollar, whatever the order of its columns and the ends of its lines', () => {
    const lines = read(
      '\ufeffcost_usd,model,provider,day,output_tokens,input_tokens,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens\r\n' +
        '0.000000001,gpt-5,openai,2026-11-02,,,,,\r\n\r\n' +
        '12.5,"claude-opus-4-6",anthropic,2026-11-01,5,1,2,3,4\r\n',
    );
    expect(lines).toEqual([
      {
        day: '2026-11-01',
        provider: 'anthropic',
        model: 'claude-opus-4-6',
        inputTokens: 1n,
        cacheReadTokens: 2n,
        cacheWrite5mTokens: 3n,
        cacheWrite1hTokens: 4n,
        outputTokens: 5n,
        costNanoUsd: 12_500_000_000n,
      },
      expect.objectContaining({ day: '2026-11-02', costNanoUsd: 1n, inputTokens: null }),
    ]);
  });

  it('names each bad row by line and field', () => {
    expect(
      faultsOf(
        [
          header,
          '2026-11-01,openai,gpt-5,1,,,,2,0.42',
          '2026-02-30,openai,gpt-5,1,,,,2,0.42',
          '2026-11-01,acme,gpt-5,1,,,,2,0.42',
          '2026-11-01,openai,,1,,,,2,0.42',
          '2026-11-01,openai,gpt-6,1.5,,,,2,0.42',
          '2026-11-01,openai,gpt-7,1,,,,2,1e3',
          '2026-11-01,openai,gpt-8,1,,,,2,-1',
          '2026-11-01,openai,gpt-9,1,,,,2,0.1234567891',
          '2026-11-01,openai,gpt-5,1,,,,2,0.42',
          '2026-11-01,openai,gpt-5',
        ].join('\n'),
      ).map((fault) => fault.split(' ').slice(0, 3).join(' ')),
    ).toEqual([
      'line 3: day',
      'line 4: provider',
      'line 5: model',
      'line 6: input_tokens',
      'line 7: cost_usd',
      'line 8: cost_usd',
      'line 9: cost_usd',
      'line 10: model',
      'line 11: has',
    ]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['no row', header, /no rows/],
    ['an empty file', '', /header must be/],
    ['another header', header.replace('cost_usd', 'cost'), /^line 1: the header must be/],
    ['a column twice', `${header},day`, /header must be/],
    ['an open quote', `${header}\n"2026`, /^line 2: .*quote/],
    ['another encoding', Buffer.from([0x64, 0xe9, 0x0a]), /UTF-8/],
  ])('is refused with %s', (_, text, message) => {
    expect(faultsOf(text)).toEqual([expect.stringMatching(message)]);
  });

  it('tells of 20 faults, and how many more there are', () => {
    const rows = Array.from({ length: 25 }, () => 'x,openai,gpt-5,,,,,,1');
    const refusal = new BadBill(faultsOf([header, ...rows].join('\n')));
    expect(refusal.message).toMatch(/line 21: .*; and 5 more\. Nothing was imported$/);
    expect(refusal.message).not.toContain('line 22:');
  });

  it('is another one by any of its fields', () => {
    const [line] = read(`${header}\n2026-11-01,openai,gpt-5,1,,,,2,0.42`);
    expect(sameLines([line!], [{ ...line! }])).toBe(true);
    for (const change of [{ costNanoUsd: 1n }, { cacheReadTokens: 0n }, { model: 'gpt-6' }]) {
      expect(sameLines([line!], [{ ...line!, ...change }])).toBe(false);
    }
    expect(sameLines([line!], [])).toBe(false);
  });
});
