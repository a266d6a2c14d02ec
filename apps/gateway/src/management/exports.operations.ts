import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { ExportState } from '@modelbridge/contracts/retention.v1/export';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

export const exportStates = {
  queued: ExportState.QUEUED,
  preparing: ExportState.PREPARING,
  ready: ExportState.READY,
  failed: ExportState.FAILED,
  expired: ExportState.EXPIRED,
} as const;
export type ExportStateName = keyof typeof exportStates;

const tag = 'Your data';
const params = z.strictObject({ id: idSchema('export') });

const exported = z
  .object({
    object: z.literal('export'),
    id: idSchema('export'),
    state: z.enum(Object.keys(exportStates) as [ExportStateName, ...ExportStateName[]]),
    requested_at: time.nullable(),
    files_done: z.int().describe('Files of the archive that are written.'),
    files: z.int().describe('Of how many; 0 before it is begun.'),
    size_bytes: z.int().describe('Of the archive, as far as it is written.'),
    sha256: z.string().nullable().describe('Of the archive, in hex; null until it is ready.'),
    expires_at: time.nullable().describe('When it goes; null until it is ready.'),
  })
  .meta({ id: 'Export' });

export const createExport = operation({
  id: 'createExport',
  method: 'POST',
  path: '/v1/account/exports',
  tag,
  summary: 'Prepares an archive of all that is known of you.',
  description:
    'In the background: ask for it until its state is ready. One at a time, and at most 5 in 24 hours. A team’s account has none: ask with a key of your own account.',
  status: 201,
  answer: exported,
});

export const listExports = operation({
  id: 'listExports',
  method: 'GET',
  path: '/v1/account/exports',
  tag,
  summary: 'The archives of the last 30 days, newest first.',
  answer: z.object({ object: z.literal('list'), data: z.array(exported) }),
});

export const getExport = operation({
  id: 'getExport',
  method: 'GET',
  path: '/v1/account/exports/{id}',
  tag,
  summary: 'One archive, and how far it is.',
  params,
  answer: exported,
});

export const createExportLink = operation({
  id: 'createExportLink',
  method: 'POST',
  path: '/v1/account/exports/{id}/link',
  tag,
  summary: 'A link that opens an archive once, for 15 minutes.',
  params,
  status: 201,
  answer: z.object({
    object: z.literal('export_link'),
    download_path: z
      .string()
      .nullable()
      .describe(
        'Of this server; it needs no key, so treat it as one. Null in a repetition of the request.',
      ),
    expires_at: time.nullable(),
  }),
});
