import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import type { RequestScope } from '../requests/page.js';

export const exportFormats = ['csv', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const dayMs = 24 * 3_600_000;

export const exportBounds = {
  longestMs: 400 * dayMs,
  /** Of one file that was not asked for at any length. */
  maxRows: 5_000_000n,
  /** Of one statement, and formatted without a break. */
  rowsPerPage: 500,
  /** Sent once there is so much of it. */
  pieceBytes: 256 * 1024,
  /** Well within a message. */
  maxPieceBytes: 1024 * 1024,
  /** In one process. */
  maxOpen: 8,
  /** Tags with a column of their own in tables; others stand together in `other_tags`. */
  maxTagColumns: 100,
};

const optionalId = (kind: 'key' | 'account') =>
  z
    .union([z.literal(''), idSchema(kind)], { error: `must be a ${kind} id` })
    .transform((id) => id || undefined);

/** Which requests a file is to have, by the time at which they completed. */
export const exportQuerySchema = z
  .object({
    accountId: optionalId('account'),
    keyId: optionalId('key'),
    from: z.date().optional(),
    to: z.date().optional(),
    format: z.enum(exportFormats, 'must be csv, jsonl or parquet'),
    anyLength: z.boolean(),
  })
  .refine(({ accountId, keyId }) => (accountId ?? keyId) !== undefined, {
    path: ['accountId'],
    message: 'or key_id must be given',
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    path: ['to'],
    message: 'must be given with from, and only then',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be after from',
  })
  .refine(({ from = 0, to = 0 }) => Number(to) - Number(from) <= exportBounds.longestMs, {
    path: ['to'],
    message: 'must be at most 400 days after from: ask for one part after the other',
  });
export type ExportQuery = z.output<typeof exportQuerySchema> & RequestScope;
