import { readdirSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { fileMethods } from './file-methods.js';

/** From now on nothing is written that would make the files below a directory larger than this together. */
export async function limitDisk(root: string, bytes: number): Promise<void> {
  const methods = await fileMethods();
  const write = Reflect.get(methods, 'write') as (...args: unknown[]) => Promise<unknown>;
  const limited = function (this: FileHandle, ...args: unknown[]) {
    const length = Number(args[2]);
    if (bytesBelow(root) + length <= bytes) return write.apply(this, args);
    return Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));
  };
  jest.spyOn(methods, 'write').mockImplementation(limited as FileHandle['write']);
}

export function bytesBelow(root: string): number {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
