import { randomBytes } from 'node:crypto';
import {
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needlesOf } from './encodings.js';
import { scanPlaces } from './scan.js';

const canary = `said "by" nobody: ${randomBytes(8).toString('hex')} é`;
const raw = Buffer.from(canary);
const noise = randomBytes(3_001);
const words = Buffer.from('some words that repeat '.repeat(100));
const packable = Buffer.concat([words, raw, words]);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'scan-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The forms in which one file holds it. */
async function found(name: string, ...parts: (Buffer | string)[]): Promise<string[]> {
  const place = join(directory, name);
  mkdirSync(place);
  const bytes = Buffer.concat([noise, ...parts.map((part) => Buffer.from(part as string)), noise]);
  writeFileSync(join(place, 'file'), bytes);
  const report = await scanPlaces([place], [canary]);
  expect(report).toMatchObject({ files: 1, bytes: bytes.length, unreadable: [] });
  return report.hits.map(
    ({ encoding, within }) => `${encoding}${within.length > 0 ? ' packed' : ''}`,
  );
}

/** Literals as Postgres packs them, the text somewhere in them. */
function pglz(before: number): Buffer {
  const bytes = [...Buffer.alloc(before, 'z'), ...raw];
  return Buffer.from(bytes.flatMap((byte, at) => (at % 8 === 0 ? [0, byte] : [byte])));
}

/** A file in a zip archive, as far as it is looked at. */
function zipped(bytes: Buffer): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt16LE(4, 26);
  return Buffer.concat([head, Buffer.from('name'), deflateRawSync(bytes)]);
}

it.each([
  ['raw', canary, 'raw'],
  ['json', JSON.stringify({ body: canary }), 'json'],
  ['json-twice', JSON.stringify(JSON.stringify({ body: canary })), 'json twice'],
  ['hex', raw.toString('hex'), 'hex'],
  ['upper', raw.toString('hex').toUpperCase(), 'HEX'],
  ['url', encodeURIComponent(canary), 'url'],
  ['form', new URLSearchParams({ a: canary }).toString(), 'form'],
  ['utf16le', Buffer.from(canary, 'utf16le'), 'utf-16le'],
  ['utf16be', Buffer.from(canary, 'utf16le').swap16(), 'utf-16be'],
  ['gzip', gzipSync(packable), 'raw packed'],
  ['gzip-twice', gzipSync(gzipSync(packable)), 'raw packed'],
  ['gzip-cut', gzipSync(Buffer.concat([packable, noise])).subarray(0, 900), 'raw packed'],
  ['gzip-of-base64', gzipSync(packable.toString('base64')), 'base64 at 2 packed'],
  ['zip', zipped(packable), 'raw packed'],
])('finds what is there: %s', async (name, bytes, encoding) => {
  expect(await found(name, bytes)).toContain(encoding);
});

it.each([0, 1, 2])('finds it in base64 that begins %d bytes before', async (before) => {
  const bytes = Buffer.concat([Buffer.alloc(before, 'x'), raw, Buffer.from('yz')]);
  expect(await found(`b64-${before}`, bytes.toString('base64'))).toContain(`base64 at ${before}`);
  expect(await found(`url-${before}`, bytes.toString('base64url'))).not.toEqual([]);
});

it.each([0, 1, 2, 3, 4, 5, 6, 7])('finds it as Postgres packs it, %d bytes on', async (before) => {
  expect(await found(`pglz-${before}`, pglz(before))).toContain('pglz');
});

it('finds it where one part of a file that is read ends', async () => {
  const place = join(directory, 'large');
  mkdirSync(place);
  const file = join(place, 'file');
  writeFileSync(file, '');
  const at = 64 * 1024 * 1024 - 5;
  truncateSync(file, at);
  appendFileSync(file, canary);
  const { hits } = await scanPlaces([place], [canary]);
  expect(hits).toMatchObject([{ encoding: 'raw', offset: at, file }]);
});

it('finds nothing where nothing is, and says what it could not read', async () => {
  expect(await found('nothing', `${canary.slice(0, -4)}…`)).toEqual([]);
  expect(await scanPlaces([join(directory, 'no-such')], [canary])).toMatchObject({ files: 0 });
});

it('takes no text that is everywhere', () => {
  expect(() => needlesOf('short')).toThrow('at least 8 bytes');
});
