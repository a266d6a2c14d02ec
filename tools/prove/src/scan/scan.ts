import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { lengthOf, needlesOf, type EncodingName } from './encodings.js';
import { membersIn, unpack } from './packed.js';
import { Search } from './search.js';

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

/** Texts, and how they are looked for. */
interface Sought {
  search: Search;
  needles: readonly { canary: string; encoding: EncodingName }[];
  longest: number;
}

function soughtOf(canaries: readonly string[]): Sought {
  const all = canaries.flatMap((canary) => needlesOf(canary).map((needle) => ({ canary, needle })));
  return {
    search: new Search(all.map(({ needle }) => needle)),
    needles: all.map(({ canary, needle: { encoding } }) => ({ canary, encoding })),
    longest: Math.max(...all.map(({ needle }) => lengthOf(needle))),
  };
}

/**
 * Looks for texts in every file at and below the places, in each of `encodingNames` and inside gzip and zip members.
 * Links are followed once. Files that grow meanwhile are read as far as they were.
 */
export async function scanPlaces(
  places: readonly string[],
  canaries: readonly string[],
): Promise<ScanReport> {
  const report = emptyReport();
  const sought = soughtOf(canaries);
  const buffer = Buffer.allocUnsafe(chunkBytes + sought.longest);
  const seen = new Set<string>();
  for (const place of places) {
    for await (const file of filesBelow(place)) {
      const real = await realpath(file).catch(() => file);
      if (seen.has(real)) continue;
      seen.add(real);
      try {
        await scanFile(file, sought, buffer, report);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // Gone since it was listed: a segment or a log that was removed.
        if (code !== 'ENOENT') report.unreadable.push(`${file}: ${message}`);
      }
    }
  }
  return report;
}

/** Looks for texts in the same way in what no file has: each batch is one place, and nothing is parted over two. */
export async function scanBatches(
  batches: AsyncIterable<{ place: string; bytes: Buffer }>,
  canaries: readonly string[],
): Promise<ScanReport> {
  const report = emptyReport();
  const sought = soughtOf(canaries);
  const places = new Set<string>();
  for await (const { place, bytes } of batches) {
    places.add(place);
    report.bytes += bytes.length;
    await scanBytes(bytes, sought, { file: place, offset: 0, within: [] }, report);
  }
  report.files = places.size;
  return report;
}

function emptyReport(): ScanReport {
  return { files: 0, bytes: 0, members: 0, unreadable: [], hits: [] };
}

async function scanFile(
  file: string,
  sought: Sought,
  buffer: Buffer,
  report: ScanReport,
): Promise<void> {
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
      kept = Math.min(sought.longest, bytes.length);
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
  const { file, within } = place;
  sought.search.in(bytes, (needle, at) => {
    const { canary, encoding } = sought.needles[needle]!;
    const isKnown = report.hits.some(
      (hit) => hit.file === file && hit.encoding === encoding && hit.canary === canary,
    );
    if (!isKnown) report.hits.push({ canary, encoding, file, within, offset: place.offset + at });
  });
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
