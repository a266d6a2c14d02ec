import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { spendQuerySchema } from './spend.js';

const query = {
  accountId: newId('account'),
  keyId: '',
  userId: '',
  from: new Date('2026-03-01T00:00:00Z'),
  to: new Date('2026-04-01T00:00:00Z'),
  granularity: 'hour',
  groupBy: 'none',
  tagName: '',
  tags: {},
};

function badField(changes: object): unknown {
  return spendQuerySchema.safeParse({ ...query, ...changes }).error?.issues[0]?.path[0];
}

describe('a question for spend', () => {
  it('may cover a month by the hour', () => {
    expect(spendQuerySchema.safeParse(query).success).toBe(true);
  });

  it.each([
    ['accountId', { accountId: '' }],
    ['keyId', { keyId: newId('user') }],
    ['from', { from: undefined }],
    ['from', { from: new Date('2026-03-01T00:30:00Z') }],
    ['to', { to: query.from }],
    ['to', { to: new Date('2026-04-02T00:00:00Z') }],
    ['granularity', { granularity: undefined }],
    ['groupBy', { groupBy: undefined }],
    ['tagName', { groupBy: 'tag' }],
    ['tagName', { tagName: 'project' }],
    ['tagName', { groupBy: 'tag', tagName: 'Project' }],
    ['tags', { tags: { project: 'a b' } }],
  ])('is refused by the name of the bad field: %s', (field, changes) => {
    expect(badField(changes)).toBe(field);
  });
});
