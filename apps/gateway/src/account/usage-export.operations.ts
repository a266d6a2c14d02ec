import { z } from 'zod';
import { UsageExportFormat } from '@modelbridge/contracts/usage_ledger.v1';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

/** What a format is called, and what it is to the ledger and to HTTP. */
export const exportFormats = {
  csv: { code: UsageExportFormat.CSV, mediaType: 'text/csv; charset=utf-8; header=present' },
  jsonl: { code: UsageExportFormat.JSONL, mediaType: 'application/jsonl; charset=utf-8' },
  parquet: { code: UsageExportFormat.PARQUET, mediaType: 'application/vnd.apache.parquet' },
} as const;
export type ExportFormat = keyof typeof exportFormats;

export const exportQuery = z.strictObject({
  format: z.enum(Object.keys(exportFormats) as [ExportFormat, ...ExportFormat[]]).default('csv'),
  from: time.describe('Requests that ended from here on.'),
  to: time.describe('Exclusive; at most 400 days after from.'),
});

export const exportedFile = {
  answer: z.string().describe('The file.'),
  fileTypes: Object.values(exportFormats).map(({ mediaType }) => mediaType.split(';')[0]!),
};

export const exportUsage = operation({
  id: 'exportUsage',
  method: 'GET',
  path: '/v1/usage/export',
  tag: 'Usage and money',
  summary: 'The requests of this key as one file, oldest first.',
  description: 'A file that was cut off ends without its last chunk and its trailers.',
  query: exportQuery,
  ...exportedFile,
});
