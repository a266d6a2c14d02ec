import { describe, expect, it } from '@jest/globals';
import { size, volumePlace } from './size.js';

describe('a size', () => {
  it.each([
    ['0', 0],
    ['1000', 1000],
    ['7B', 7],
    ['512MiB', 512 * 1024 ** 2],
    ['2TiB', 2 * 1024 ** 4],
  ])('%s is so many bytes', (text, bytes) => expect(size.parse(text)).toBe(bytes));

  it.each(['', '1.5GiB', '10GB', '-1', '1 GiB', '99999999999TiB'])('is not %j', (text) => {
    expect(size.safeParse(text).success).toBe(false);
  });
});

describe('the volume of a server', () => {
  it('is a directory here, or the size of its disk', () => {
    expect(volumePlace.parse('/data')).toEqual({ directory: '/data' });
    expect(volumePlace.parse('10GiB')).toEqual({ sizeBytes: 10 * 1024 ** 3 });
    expect(volumePlace.safeParse('data').error?.message).toContain('absolute path');
  });
});
