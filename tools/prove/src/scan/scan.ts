import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { find, lengthOf, needlesOf, type EncodingName, type Needle } from './encodings.js';
import { membersIn, unpack } from './packed.js';

/** A canary where none should be. */
export interface Hit {
  canary: string;
  encoding: EncodingName;
  file: string;
  /** Of the file, or of what was unpacked from it at `within`. */
  offset: number;
  /** Where the gzip or zip members begin, outermost first. */
  within: number[];
}

export interface ScanReport {
  files: number;
  bytes: number;
  /** Gzip and zip members that were looked into. */
  members: number;
  /** Files that could not be read, with why; nothing is known of them. */
  unreadable: string[];
  /** The first of each file, form and canary. */
  hits: Hit[];
}

const chunkBytes = 64 * 1024 * 1024;
/** Members within members. */
const maxDepth = 2;

/**
 * Looks for texts in every file at and below the places, in each of `encodingNames` and inside gzip and zip members.
 * Links are followed once. Files that grow meanwhile are read as far as they were.
 */
export async function scanPlaces(
  places: readonly string[],
  canaries: readonly string[],
): Promise<ScanReport> {
  const report: ScanReport = { files: 0, bytes: 0, members: 0, unreadable: [], hits: [] };
  const needles = canaries.map((canary) => ({ canary, needles: needlesOf(canary) }));
  const overlap = Math.max(...needles.flatMap((found) => found.needles.map(lengthOf)), 1);
  const buffer = Buffer.allocUnsafe(chunkBytes + overlap);
  const seen = new Set<string>();
  for (const place of places) {
    for await (const file of filesBelow(place)) {
      const real = await realpath(file).catch(() => file);
      if (seen.has(real)) continue;
      seen.add(real);
      try {
        await scanFile(file, needles, buffer, report);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // Gone since it was listed: a segment or a log that was removed.
        if (code !== 'ENOENT') report.unreadable.push(`${file}: ${message}`);
      }
    }
  }
  return report;
}

type Sought = readonly { canary: string; needles: readonly Needle[] }[];

async function scanFile(
  file: string,
  sought: Sought,
  buffer: Buffer,
  report: ScanReport,
): Promise<void> {
  const overlap = buffer.length - chunkBytes;
  const handle = await open(file, 'r');
  try {
    report.files += 1;
    let kept = 0;
    for (let at = 0; ;) {
      const { bytesRead } = await handle.read(buffer, kept, chunkBytes, at);
      if (bytesRead === 0) return;
      report.bytes += bytesRead;
      const bytes = buffer.subarray(0, kept + bytesRead);
      const place = { file, offset: at - kept, within: [] };
      await scanBytes(withoutZeros(bytes), sought, place, report);
      at += bytesRead;
      kept = Math.min(overlap, bytes.length);
      bytes.copy(buffer, 0, bytes.length - kept);
    }
  } finally {
    await handle.close();
  }
}

const zeros = Buffer.alloc(64 * 1024);

/** Files that are made larger before they are written to end in zeros, which hold nothing. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end >= zeros.length && bytes.subarray(end - zeros.length, end).equals(zeros)) {
    end -= zeros.length;
  }
  return bytes.subarray(0, end);
}

type Place = Pick<Hit, 'file' | 'offset' | 'within'>;

async function scanBytes(
  bytes: Buffer,
  sought: Sought,
  place: Place,
  report: ScanReport,
): Promise<void> {
  for (const { canary, needles } of sought) {
    for (const needle of needles) {
      const at = find(bytes, needle);
      if (at === -1) continue;
      const { encoding } = needle;
      const { file, within } = place;
      const isKnown = report.hits.some(
        (hit) => hit.file === file && hit.encoding === encoding && hit.canary === canary,
      );
      if (!isKnown) report.hits.push({ canary, encoding, file, within, offset: place.offset + at });
    }
  }
  if (place.within.length >= maxDepth) return;
  for (const member of membersIn(bytes)) {
    const unpacked = await unpack(bytes, member);
    if (unpacked.length === 0) continue;
    report.members += 1;
    const within = [...place.within, place.offset + member.at];
    await scanBytes(unpacked, sought, { file: place.file, offset: 0, within }, report);
  }
}

async function* filesBelow(place: string): AsyncGenerator<string> {
  const stat = await lstat(place).catch(() => undefined);
  if (stat?.isFile() === true || stat?.isSymbolicLink() === true) yield place;
  if (stat?.isDirectory() !== true) return;
  for (const entry of await readdir(place, { withFileTypes: true }).catch(() => [])) {
    const path = join(place, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}
