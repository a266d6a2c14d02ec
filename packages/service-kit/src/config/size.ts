import { isAbsolute } from 'node:path';
import { z } from 'zod';

const units = { B: 0, KiB: 1, MiB: 2, GiB: 3, TiB: 4 } as const;
const form = /^(\d{1,15})(B|KiB|MiB|GiB|TiB)?$/;

/** Bytes: `512MiB`, `10GiB`, or a plain number of them. */
export const size = z
  .string()
  .regex(form, 'must be a whole number of bytes, KiB, MiB, GiB or TiB, as 512MiB')
  .transform(bytesOf)
  .pipe(z.number().max(Number.MAX_SAFE_INTEGER));

/** Where a server keeps its data: a directory that this process can see, or the size of the disk that it has. */
export type VolumePlace = { directory: string } | { sizeBytes: number };

export const volumePlace = z
  .string()
  .refine(
    (text) => isAbsolute(text) || form.test(text),
    'must be the absolute path of a directory of the server on this machine, or the size of its disk, as 100GiB',
  )
  .transform((text): VolumePlace =>
    isAbsolute(text) ? { directory: text } : { sizeBytes: bytesOf(text) },
  );

function bytesOf(text: string): number {
  const [, digits, unit = 'B'] = form.exec(text) ?? [];
  return Number(digits) * 1024 ** units[unit as keyof typeof units];
}
