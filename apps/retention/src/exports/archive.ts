import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import yazl from 'yazl';
import type { ArchiveFile } from './archive-file.js';
import { archiveReadme, schemaVersion } from './readme.js';

/** What manifest.json says of a file. */
interface Entry {
  path: string;
  rows: number;
  bytes: number;
  sha256: string;
}

export interface ArchiveSettings {
  files: readonly ArchiveFile[];
  made: Date;
  /** Told when a file of the archive is whole. */
  onFile: (filesDone: number) => void;
}

/** Those of an archive besides its own two. */
export const filesOf = (files: readonly ArchiveFile[]): number => files.length + 2;

/** A zip with these files, README.md and manifest.json, in pieces; no more is read of a file than is taken of the zip. */
export async function* archiveOf({ files, made, onFile }: ArchiveSettings): AsyncGenerator<Buffer> {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  const failed = (error: Error): void => void output.destroy(error);
  zip.on('error', failed);
  let open: Readable | undefined;
  const entries: Entry[] = [];
  const add = (
    path: string,
    pieces: () => AsyncIterable<{ data: Uint8Array; rows: number }>,
  ): void => {
    const data = async function* (): AsyncGenerator<Uint8Array> {
      const hash = createHash('sha256');
      const entry = { path, rows: 0, bytes: 0 };
      for await (const { data, rows } of pieces()) {
        hash.update(data);
        Object.assign(entry, { rows, bytes: entry.bytes + data.length });
        if (data.length > 0) yield data;
      }
      entries.push({ ...entry, sha256: hash.digest('hex') });
      onFile(entries.length);
    };
    // Nothing is asked of anybody before it is the turn of the file.
    zip.addReadStreamLazy(path, { mtime: made, compress: true }, (give) => {
      open = Readable.from(data(), { objectMode: false });
      // yazl does not look for errors of what it reads: a file that fails fails the archive.
      open.on('error', failed);
      give(null, open);
    });
  };
  for (const { path, write } of files) add(path, write);
  add('README.md', () => once(archiveReadme(files, made)));
  add('manifest.json', () =>
    once(JSON.stringify({ schema_version: schemaVersion, made_at: made, files: entries }, null, 2)),
  );
  zip.end();
  try {
    for await (const piece of output) yield piece as Buffer;
  } finally {
    // Nobody goes on reading for an archive that is given up.
    open?.destroy();
  }
}

async function* once(text: string): AsyncGenerator<{ data: Uint8Array; rows: number }> {
  yield { data: Buffer.from(text), rows: 0 };
}
