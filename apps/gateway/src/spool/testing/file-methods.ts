import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';

/** The methods of every open file, for a test to watch or to let fail. */
export async function fileMethods(): Promise<FileHandle> {
  const file = await open('.');
  await file.close();
  return Object.getPrototypeOf(file) as FileHandle;
}
