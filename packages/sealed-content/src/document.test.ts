import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode, encode, encodeAside, type Content } from './document.js';

const content: Content = {
  request: {
    method: 'POST',
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: Buffer.from('{"model":"m"}'),
  },
  reply: { status: 200, headers: {}, body: Buffer.from('{"id":"1"}'), complete: true },
  ip: '203.0.113.7',
  userAgent: null,
  timing: { startedAt: 1, firstByteAt: 2, completedAt: 3 },
  model: 'anthropic/claude-sonnet-4.6',
  provider: 'anthropic',
  region: 'us-east',
  api: 'messages',
};
const bytes = fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array));
const headers = fc.dictionary(fc.string(), fc.string());

describe('a document of a content', () => {
  it('is read back as it was, whatever is in it, and its reply in one piece', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.array(bytes, { maxLength: 5 }),
        headers,
        fc.string(),
        (body, pieces, named, userAgent) => {
          const request = { ...content.request, headers: named, body };
          const whole = Buffer.concat(pieces);
          const given = { ...content, userAgent, request };
          const encoded = encode({ ...given, reply: { ...content.reply, body: pieces } });
          expect(decode(encoded)).toEqual({ ...given, reply: { ...content.reply, body: whole } });
        },
      ),
    );
  });

  it('is shorter than its text', () => {
    const said = Buffer.from('the same again '.repeat(200));
    expect(encode({ ...content, request: { ...content.request, body: said } }).length).toBeLessThan(
      said.length / 4,
    );
  });

  it('is refused where it is cut, or of a format that is not known', () => {
    const encoded = encode(content);
    expect(() => decode(Buffer.concat([Buffer.from([9]), encoded.subarray(1)]))).toThrow(
      'no compression has the number 9',
    );
    expect(() => decode(encoded.subarray(0, encoded.length - 5))).toThrow();
    expect(() => decode(Buffer.from([1, 0xff, 0xff, 0xff, 0xff, 0xff]))).toThrow('larger than any');
    expect(() => decode(Buffer.alloc(0))).toThrow();
  });

  it('is the same where it is made beside the event loop', async () => {
    const reply = { ...content.reply, body: [Buffer.alloc(400_000, 'a'), Buffer.from('b')] };
    expect(await encodeAside({ ...content, reply })).toEqual(encode({ ...content, reply }));
  });
});
