import { copyFile, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file's bytes, or what was made in a directory or taken from it, outlive the machine once it resolves. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The file is gone for good once it resolves: of two, the second is never gone without the first. */
export async function removeForGood(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncPath(dirname(path));
}

export async function copyForGood(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await syncPath(to);
  await syncPath(dirname(to));
}
