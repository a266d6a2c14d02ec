import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { EncodingName } from './encodings.js';

/** A form in which a control is planted, and as what it must be found. */
interface Planted {
  file: string;
  bytes: Buffer;
  encoding: EncodingName;
}

/**
 * Writes a text into a directory in every form that is looked for, each in a file of its own, so that a search that finds
 * nothing elsewhere is seen to find these. The forms are made here without what makes the needles.
 */
export function plantControl(directory: string, text: string): Planted[] {
  mkdirSync(directory, { mode: 0o755 });
  const planted = formsOf(text);
  for (const { file, bytes } of planted) writeFileSync(join(directory, file), bytes);
  return planted;
}

function formsOf(text: string): Planted[] {
  const raw = Buffer.from(text);
  const log = JSON.stringify({ msg: text });
  const at = (before: number): Buffer => Buffer.concat([Buffer.alloc(before, 'x'), raw]);
  const wide = Buffer.from(`, ${text}.`, 'utf16le');
  const words = Buffer.from('what a log says again and again. '.repeat(50));
  const packed = Buffer.concat([words, raw, words]);
  const form = (file: string, bytes: Buffer | string, encoding: EncodingName): Planted => ({
    file,
    bytes: Buffer.from(bytes as string),
    encoding,
  });
  return [
    form('raw', `${text}\n`, 'raw'),
    form('json', log, 'json'),
    form('json-twice', JSON.stringify({ event: log }), 'json twice'),
    ...([0, 1, 2] as const).flatMap((before) => [
      form(`base64-${before}`, at(before).toString('base64'), `base64 at ${before}`),
      form(`base64url-${before}`, at(before).toString('base64url'), `base64url at ${before}`),
    ]),
    form('hex', raw.toString('hex'), 'hex'),
    form('hex-upper', raw.toString('hex').toUpperCase(), 'HEX'),
    form('url', encodeURIComponent(text), 'url'),
    form('form', new URLSearchParams({ text }).toString(), 'form'),
    form('utf-16le', wide, 'utf-16le'),
    form('utf-16be', Buffer.from(wide).swap16(), 'utf-16be'),
    form('pglz', Buffer.from([...raw].flatMap((byte, i) => (i % 8 ? [byte] : [0, byte]))), 'pglz'),
    form('gzip', gzipSync(packed), 'raw'),
    form('gzip-in-gzip', gzipSync(gzipSync(packed)), 'raw'),
    form('gzip-of-base64', gzipSync(at(0).toString('base64')), 'base64 at 0'),
    form('zip', zipped(packed), 'raw'),
  ];
}

/** The first file of a zip archive. */
function zipped(bytes: Buffer): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt16LE(4, 26);
  return Buffer.concat([head, Buffer.from('name'), deflateRawSync(bytes)]);
}
