import { BACKSLASH } from './bytes.js';

/** Keys that say what a message carries; everything else is plain text to the token bound. */
export const Key = {
  other: 0,
  type: 1,
  url: 2,
  imageUrl: 3,
  fileId: 4,
  fileUrl: 5,
  fileData: 6,
  data: 7,
  content: 8,
  output: 9,
  source: 10,
  file: 11,
  inputAudio: 12,
  messages: 13,
  input: 14,
  role: 15,
} as const;
export type Key = (typeof Key)[keyof typeof Key];

const NAMES: ReadonlyArray<readonly [string, Key]> = [
  ['type', Key.type],
  ['url', Key.url],
  ['image_url', Key.imageUrl],
  ['file_id', Key.fileId],
  ['file_url', Key.fileUrl],
  ['file_data', Key.fileData],
  ['data', Key.data],
  ['content', Key.content],
  ['output', Key.output],
  ['source', Key.source],
  ['file', Key.file],
  ['input_audio', Key.inputAudio],
  ['messages', Key.messages],
  ['input', Key.input],
  ['role', Key.role],
];
/** A character as \uXXXX. */
const ESCAPED_LENGTH = 6;
const LONGEST = Math.max(...NAMES.map(([name]) => name.length));

/** Looked up by length and first byte, so that an ordinary key costs one array access. */
const CANDIDATES: Array<Array<{ bytes: Buffer; key: Key }>> = [];
for (const [name, key] of NAMES) {
  const slot = name.length * 256 + name.charCodeAt(0);
  (CANDIDATES[slot] ??= []).push({ bytes: Buffer.from(name), key });
}
for (let i = 0; i < (LONGEST + 1) * 256; i++) CANDIDATES[i] ??= [];

/** The key whose content stands at `start` to `end`, however it is spelled. */
export function knownKey(body: Uint8Array, start: number, end: number): Key {
  const key = plainKey(body, start, end);
  if (key !== Key.other || end - start > LONGEST * ESCAPED_LENGTH) return key;
  let escape = start;
  while (escape < end && body[escape] !== BACKSLASH) escape++;
  if (escape === end) return Key.other;
  const raw = Buffer.from(body.subarray(start, end)).toString();
  const plain = Buffer.from(JSON.parse(`"${raw}"`) as string);
  return plainKey(plain, 0, plain.length);
}

function plainKey(body: Uint8Array, start: number, end: number): Key {
  const length = end - start;
  if (length === 0 || length > LONGEST) return Key.other;
  for (const { bytes, key } of CANDIDATES[length * 256 + body[start]!] ?? []) {
    let i = 1;
    while (i < length && bytes[i] === body[start + i]) i++;
    if (i === length) return key;
  }
  return Key.other;
}
