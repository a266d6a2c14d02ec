import { describe, expect, it } from '@jest/globals';
import { endpointOf } from './endpoint.js';

const away = { loopback: false };
const local = { loopback: true };

describe('the URL of a webhook', () => {
  it.each([
    ['https://example.com/hooks?a=1', 'https://example.com/hooks?a=1'],
    ['HTTPS://EXAMPLE.com:443', 'https://example.com/'],
    ['https://1.1.1.1/', 'https://1.1.1.1/'],
  ])('may be %s', (text, href) => {
    expect(endpointOf(text, away).href).toBe(href);
  });

  it.each([
    ['example.com', /must be a URL/],
    ['http://example.com', /begin with https/],
    ['ftp://example.com', /begin with https/],
    ['https://user:secret@example.com', /no user/],
    ['https://example.com/#part', /no fragment/],
    ['https://example.com:8443', /no port/],
    [`https://example.com/${'x'.repeat(2_000)}`, /at most 2000/],
    ...[
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '10.0.0.1',
      '169.254.169.254',
    ].map((host) => [`https://${host}/`, /public address/] as const),
    ...['[::1]', '[::ffff:127.0.0.1]', '[fd00::1]', '[fe80::1]', '[64:ff9b::7f00:1]'].map(
      (host) => [`https://${host}/`, /public address/] as const,
    ),
  ])('may not be %s', (text, message) => {
    expect(() => endpointOf(text, away)).toThrow(message);
    expect(() => endpointOf(text, away)).toThrow(expect.objectContaining({ field: 'url' }));
  });

  it('may lead to this machine where that is said, and nowhere else that is not public', () => {
    expect(endpointOf('http://127.0.0.1:8080/', local).port).toBe('8080');
    for (const host of ['10.0.0.1', '169.254.169.254', '[fd00::1]', '0.0.0.0']) {
      expect(() => endpointOf(`http://${host}/`, local)).toThrow(/public address/);
    }
  });
});
