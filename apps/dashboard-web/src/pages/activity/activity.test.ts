import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { RequestRow } from '@modelbridge/dashboard-api';
import { curlOf } from './curl.js';
import { merged, MOST_LIVE, withArrived } from './merge.js';
import { activitySearch, canBeLive, filterOf } from './search.js';

const NOW = Date.parse('2026-11-30T13:45:10.500Z');

function row(n: number): RequestRow {
  const at = new Date(NOW + n).toISOString();
  return {
    id: `req_${String(n).padStart(8, '0')}`,
    created_at: at,
    completed_at: at,
  } as RequestRow;
}

const ids = (rows: readonly RequestRow[]) => rows.map(({ id }) => Number(id.slice(4)));

describe('the address of the activity page', () => {
  test('says what the server is asked for', () => {
    const search = activitySearch.parse({
      model: ['a', 'b'],
      least: '0.5',
      range: 'day',
      result: 'error',
    });
    expect(filterOf(search, NOW)).toMatchObject({
      model: ['a', 'b'],
      result: 'error',
      min_cost_nano_usd: '500000000',
      max_cost_nano_usd: undefined,
      from: '2026-11-29T14:00:00.000Z',
      to: undefined,
    });
  });

  test('filters nothing by what was mistyped, and still shows the page', () => {
    const search = activitySearch.parse({
      model: 'a',
      result: 'maybe',
      least: 3,
      range: 'custom',
      first: 'x',
    });
    expect(Object.values(filterOf(search, NOW)).filter((value) => value !== undefined)).toEqual([]);
  });

  test('is followed live but for days that are over', () => {
    const days = (last: string) => ({ range: 'custom' as const, first: '2026-11-01', last });
    expect(canBeLive(activitySearch.parse(days('2026-11-29')), NOW)).toBe(false);
    expect(canBeLive(activitySearch.parse(days('2026-11-30')), NOW)).toBe(true);
    expect(canBeLive({}, NOW)).toBe(true);
  });
});

describe('rows that come live', () => {
  test('stand once, newest first, also where one began before others that were quicker', () => {
    const live = withArrived([row(5), row(3)], [row(4), row(6), row(5), row(6)]);
    expect(ids(live)).toEqual([6, 5, 4, 3]);
    expect(ids(merged(live, [row(4), row(2), row(1)]))).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('that tell nothing new leave the rows the same, so that nothing is drawn', () => {
    const live = [row(2), row(1)];
    expect(withArrived(live, [row(1)])).toBe(live);
  });

  test('are bounded; then the list, which does not follow on any more, is left out', () => {
    const many = Array.from({ length: MOST_LIVE + 10 }, (_, n) => row(n + 100));
    const live = withArrived([], many);
    expect(live).toHaveLength(MOST_LIVE);
    expect(ids(live).at(-1)).toBe(110);
    expect(merged(live, [row(1)])).toBe(live);
  });
});

describe('a request as a command', () => {
  const asked = { origin: 'https://api.example.com', api: 'messages', model: 'claude-sonnet-4-6' };

  test('names the path and version of its API, and no key', () => {
    const command = curlOf(asked);
    expect(command).toContain('curl https://api.example.com/v1/messages');
    expect(command).toContain('anthropic-version');
    expect(command).toContain('$MODELBRIDGE_KEY');
    expect(curlOf({ ...asked, api: 'chat_completions' })).toContain('/v1/chat/completions');
  });

  test('gives a shell its body as it is, whatever is in it', () => {
    const body = `{"text": "it's $HOME \`id\` \\"x\\" \n'; rm -rf / #"}`;
    const command = curlOf({ ...asked, body });
    const printed = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\0'")], {
      encoding: 'utf8',
      env: {},
    });
    expect(printed.split('\0').at(-2)).toBe(body);
  });
});
