import type { Team } from '@modelbridge/contracts/teams.v1';
import {
  UsageExportFormat,
  type ExportUsageResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import type { ArchiveFile } from './archive-file.js';
import { exportBounds } from './bounds.js';
import type { PersonSources } from './person-sources.js';

const fields = [
  { name: 'id', about: 'The request.' },
  { name: 'created_at', about: 'When it began.' },
  { name: 'completed_at', about: 'When it ended.' },
  { name: 'model', about: 'The model that was asked.' },
  { name: 'provider', about: 'Who ran it; null where nobody was called.' },
  { name: 'region', about: 'Where.' },
  { name: 'api', about: 'The API that was used.' },
  { name: 'status', about: 'The HTTP status that you got.' },
  {
    name: 'outcome',
    about: 'completed, failed, caller_gone, upstream_cut, timed_out, shut_down or crashed.',
  },
  { name: 'finish_reason', about: 'Why the model stopped.' },
  { name: 'error_class', about: 'What kind of error it was.' },
  { name: 'streamed', about: 'Whether the reply came in pieces.' },
  {
    name: 'estimated',
    about: 'Whether ModelBridge counted the tokens, because the provider reported none.',
  },
  { name: 'input_tokens', about: 'Uncached input.' },
  { name: 'output_tokens', about: 'Of the reply.' },
  { name: 'reasoning_tokens', about: 'A part of output_tokens.' },
  { name: 'cache_read_tokens', about: 'Input that the provider had cached.' },
  { name: 'cache_write_5m_tokens', about: 'Input that it cached for 5 minutes.' },
  { name: 'cache_write_1h_tokens', about: 'Input that it cached for an hour.' },
  { name: 'cost_nano_usd', about: 'What you were charged, in billionths of a US dollar.' },
  { name: 'cost_usd', about: 'The same in US dollars.' },
  { name: 'price_version', about: 'The prices that were in force.' },
  { name: 'time_to_first_token_ms', about: 'Milliseconds; null where nothing was delivered.' },
  { name: 'key_id', about: 'The key that asked.' },
  { name: 'user_id', about: 'You.' },
  { name: 'team_id', about: 'Of a team’s key.' },
];

/** A table has columns for tags, JSON an object. */
const fieldsIn = {
  [UsageExportFormat.CSV]: [
    ...fields,
    {
      name: 'tag.<name>',
      about: 'What you wrote on the request: a column for each of the 100 names used most.',
    },
    { name: 'other_tags', about: 'The tags of other names, as a JSON object.' },
  ],
  [UsageExportFormat.JSONL]: [
    ...fields,
    { name: 'tags', about: 'What you wrote on the request, by name.' },
  ],
};

/** Requests of one account in one year, by when they ended. */
interface Part {
  accountId: string;
  year: number;
}

/**
 * What a person has asked, with their own account and with those of their teams: a file a year, however many requests it
 * has.
 */
export function usageFiles(
  sources: PersonSources,
  teams: readonly Team[],
  now: Date,
): ArchiveFile[] {
  const { accountId, user } = sources;
  const places = [
    { accountId, createdAt: user.createdAt, path: 'usage', about: 'The requests of your account' },
    ...teams.map((team) => ({
      accountId: team.accountId,
      createdAt: team.createdAt,
      path: `usage-${team.teamId}`,
      about: `Your requests with the keys of ${team.teamId}`,
    })),
  ].flatMap(({ createdAt, path, about, ...place }) =>
    yearsBetween(createdAt ?? now, now).map((year) => ({
      part: { accountId: place.accountId, year },
      path: `${path}-${year}`,
      about: `${about} that ended in ${year}`,
    })),
  );
  return places.flatMap(({ part, path, about }) => [
    usageFile(sources, part, `${path}.csv`, UsageExportFormat.CSV, `${about}, as a table.`),
    usageFile(sources, part, `${path}.jsonl`, UsageExportFormat.JSONL, `${about}.`),
  ]);
}

/** UTC years, both ends included. */
function yearsBetween(first: Date, last: Date): number[] {
  const from = first.getUTCFullYear();
  const count = Math.max(1, last.getUTCFullYear() - from + 1);
  return Array.from({ length: count }, (_, index) => from + index);
}

function usageFile(
  { usageLedger, userId }: PersonSources,
  { accountId, year }: Part,
  path: string,
  format: keyof typeof fieldsIn,
  about: string,
): ArchiveFile {
  async function* write(): AsyncGenerator<{ data: Uint8Array; rows: number }> {
    const range = { from: new Date(Date.UTC(year, 0)), to: new Date(Date.UTC(year + 1, 0)) };
    const which = { accountId, keyId: '', ...range, anyLength: true, filter: undefined };
    const asked = { ...which, format, actorUserId: userId };
    const pieces = usageLedger.exportUsage(asked, { timeoutMs: exportBounds.fileMs });
    // Ended below, when nobody may be reading any more.
    pieces.on('error', () => undefined);
    try {
      for await (const { data, rows } of pieces as AsyncIterable<ExportUsageResponse>)
        yield { data, rows: Number(rows) };
    } finally {
      pieces.cancel();
    }
  }
  return { path, about, fields: fieldsIn[format], write };
}
