import { describe, expect, test } from '@jest/globals';
import { pathOf } from './route.js';

describe('the path of a route', () => {
  test('has its parameters and query in it, escaped', () => {
    const path = pathOf(
      { path: '/bff/keys/:key_id/uses' },
      { key_id: 'a/b?c' },
      { q: 'x&y=z', n: 2 },
    );
    expect(path).toBe('/bff/keys/a%2Fb%3Fc/uses?q=x%26y%3Dz&n=2');
  });

  test('leaves out what is undefined and says a list once an item', () => {
    const query = { model: ['a', 'b'], after: undefined };
    expect(pathOf({ path: '/bff/activity' }, {}, query)).toBe('/bff/activity?model=a&model=b');
  });

  test.each([{}, { key_id: '' }, { key_id: '..' }, { key_id: '.' }, { key_id: 3 }])(
    'is refused with %p as parameters, which would name another route',
    (params) => {
      expect(() => pathOf({ path: '/bff/keys/:key_id' }, params)).toThrow('key_id');
    },
  );
});
