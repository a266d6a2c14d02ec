import { describe, expect, it } from '@jest/globals';
import { readTarget } from './request-head.js';

describe('readTarget', () => {
  it.each([
    ['/v1/models', '/v1/models', ''],
    ['/v1/models?a=http://x/y', '/v1/models', '?a=http://x/y'],
    ['//v1/models', '//v1/models', ''],
    ['http://a.host/v1/models?b', '/v1/models', '?b'],
    ['HTTP://a.host:80//v1', '//v1', ''],
    ['https://[::1]:1/v1', '/v1', ''],
    ['http://a.host', '/', ''],
    ['http://a.host?b=c', '/', '?b=c'],
    ['/http://a.host/v1', '/http://a.host/v1', ''],
  ])('reads %s as the path %s and the query %p', (target, path, query) => {
    expect(readTarget(target)).toEqual({ path, query });
  });

  it.each(['*', 'a.host:443', 'ftp://a/v1', 'http:///v1', 'http:/v1', '', '/v1#a', 'v1/models'])(
    'refuses %p',
    (target) => {
      expect(() => readTarget(target)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});
