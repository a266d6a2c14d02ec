/** The forms in which a text is looked for, besides what is packed. */
export const encodingNames = [
  'raw',
  'json',
  'json twice',
  'base64 at 0',
  'base64 at 1',
  'base64 at 2',
  'base64url at 0',
  'base64url at 1',
  'base64url at 2',
  'hex',
  'HEX',
  'url',
  'url, lower case',
  'form',
  'utf-16le',
  'utf-16be',
  'pglz',
] as const;
export type EncodingName = (typeof encodingNames)[number];

/** Of random ones no file that fits a disk holds one by chance. */
const leastBytes = 8;

/** A form of one text: rows of bytes with any one byte between them. Most have one row. */
export interface Needle {
  encoding: EncodingName;
  rows: readonly Buffer[];
}

/** Every form of a text, each once. Throws for one that would be found by chance. */
export function needlesOf(text: string): Needle[] {
  const raw = Buffer.from(text);
  if (raw.length < leastBytes) {
    throw new RangeError(`a canary must have at least ${leastBytes} bytes`);
  }
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  const wide = Buffer.from(text, 'utf16le');
  const forms: [EncodingName, Buffer][] = [
    ['raw', raw],
    ['json', Buffer.from(json)],
    ['json twice', Buffer.from(JSON.stringify(json).slice(1, -1))],
    ...base64Of(raw, 'base64'),
    ...base64Of(raw, 'base64url'),
    ['hex', Buffer.from(raw.toString('hex'))],
    ['HEX', Buffer.from(raw.toString('hex').toUpperCase())],
    ['url', Buffer.from(url)],
    ['url, lower case', Buffer.from(url.replace(/%../g, (escape) => escape.toLowerCase()))],
    ['form', Buffer.from(new URLSearchParams({ '': text }).toString().slice(1))],
    ['utf-16le', wide],
    ['utf-16be', Buffer.from(wide).swap16()],
  ];
  const seen = new Set<string>();
  const needles: Needle[] = [];
  for (const [encoding, bytes] of forms) {
    const id = bytes.toString('latin1');
    if (seen.has(id)) continue;
    seen.add(id);
    needles.push({ encoding, rows: [bytes] });
  }
  return [...needles, ...pglzOf(raw)];
}

/** What base64 makes of the text wherever it begins in groups of three bytes, without the characters that neighbours share. */
function base64Of(raw: Buffer, kind: 'base64' | 'base64url'): [EncodingName, Buffer][] {
  return [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), raw])
      .toString(kind)
      .replaceAll('=', '');
    const from = Math.ceil((before * 8) / 6);
    const whole = Math.floor((all.length * 6) / 8);
    const own = Math.floor((whole * 8) / 6);
    return [`${kind} at ${before}` as EncodingName, Buffer.from(all.slice(from, own))];
  });
}

/** Postgres packs texts that are not repetitions with a byte of flags before each eight of their bytes. */
function pglzOf(raw: Buffer): Needle[] {
  return Array.from({ length: 8 }, (_, phase) => {
    const rows: Buffer[] = [];
    for (let at = 0; at < raw.length;) {
      const end = at === 0 ? phase + 1 : at + 8;
      rows.push(raw.subarray(at, end));
      at = end;
    }
    return { encoding: 'pglz', rows };
  });
}

/** The longest row of a form, which is its rarest, and how many bytes of the form stand before it. */
export function keyRowOf({ rows }: Needle): { bytes: Buffer; lead: number } {
  const bytes = rows.reduce((found, row) => (row.length > found.length ? row : found));
  const before = rows.slice(0, rows.indexOf(bytes));
  return { bytes, lead: before.reduce((sum, row) => sum + row.length + 1, 0) };
}

/** Whether a form begins there. */
export function standsAt(bytes: Buffer, rows: readonly Buffer[], from: number): boolean {
  let at = from;
  return rows.every((row) => {
    const stands = bytes.subarray(at, at + row.length).equals(row);
    at += row.length + 1;
    return stands;
  });
}

/** Bytes from the first to the last of a form. */
export function lengthOf({ rows }: Needle): number {
  return rows.reduce((sum, row) => sum + row.length + 1, -1);
}
