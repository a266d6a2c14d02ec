import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ignoredHeader } from './ignored-header.js';

describe('the header that names what was left out', () => {
  it('keeps plain names, a namespace’s colon included', () => {
    expect(ignoredHeader(['tools.acme:search', 'anthropic-beta.x-2026-01-01', 'a b', ''])).toBe(
      'tools.acme:search, anthropic-beta.x-2026-01-01, a%20b, ',
    );
  });

  it.each([
    ['a\r\nset-cookie: x', 'a%0d%0aset-cookie:%20x'],
    ['a, b', 'a%2c%20b'],
    ['100%', '100%25'],
    ['ключ', '%d0%ba%d0%bb%d1%8e%d1%87'],
    ['\u{1f600}', '%f0%9f%98%80'],
  ])('encodes %j', (name, encoded) => {
    expect(ignoredHeader([name])).toBe(encoded);
    validateHeaderValue('x-modelbridge-ignored', encoded);
  });

  it('cuts a long name and counts the rest of a long list', () => {
    expect(ignoredHeader(['x'.repeat(500)])).toBe(`${'x'.repeat(96)}...`);
    expect(ignoredHeader(['\u{1f600}'.repeat(500)])).toMatch(/^(%f0%9f%98%80)+\.\.\.$/);
    const names = Array.from({ length: 5_000 }, (_, i) => `member${i}`);
    const value = ignoredHeader(names);
    expect(value.length).toBeLessThan(4_200);
    expect(value).toMatch(/^member0, member1, .*, \.\.\. and 4\d\d\d more$/);
  });
});
