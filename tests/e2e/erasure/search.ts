import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@modelbridge/launcher';
import { openFilesOf, scanPlaces } from '@modelbridge/prove';
import { query } from '../database.js';

/** An identifier of a kind, where it was found: `database.table`, or a part of the state directory. */
export interface Found {
  place: string;
  kind: string;
}

const databases = ['auth', 'routing', 'billing', 'usage_ledger', 'retention', 'teams'] as const;

/** Every column of every row of every table, as text: numbers of people as uuids, bytes as hexadecimal digits. */
export async function searchDatabases(
  stack: Stack,
  identifiers: Record<string, string[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  const kinds = Object.entries(identifiers).flatMap(([kind, texts]) =>
    texts.flatMap((text) => [
      { kind, text },
      { kind, text: Buffer.from(text).toString('hex') },
    ]),
  );
  for (const database of databases) {
    const tables = await query<{ name: string }>(
      stack,
      database,
      `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'm') and not c.relispartition
         and n.nspname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables) {
      const rows = await query<{ kind: string }>(
        stack,
        database,
        `select distinct its as kind from ${name} t, unnest($1::text[], $2::text[]) as sought (its, needle)
         where position(needle in t::text) > 0`,
        [kinds.map(({ kind }) => kind), kinds.map(({ text }) => text)],
      );
      const place = `${database}.${name.replace(/^public\./, '')}`;
      found.push(...rows.map(({ kind }) => ({ place, kind })));
    }
  }
  return found;
}

/**
 * What else the services have on disk: JetStream's store, the spools, the keyring and logs. Not the sandbox, which stands
 * for the outside, and not the files of the databases, whose rows `searchDatabases` reads.
 */
export async function searchFiles(
  stack: Stack,
  identifiers: Record<string, string[]>,
  parts = ['nats', 'spool', 'keyring', 'logs'],
): Promise<{ found: Found[]; files: number; bytes: number }> {
  const kindOf = new Map(
    Object.entries(identifiers).flatMap(([kind, texts]) =>
      texts.filter((text) => text.length >= 8).map((text) => [text, kind]),
    ),
  );
  const { pids } = stack.reread();
  const outside = ['sandbox', 'postgres'];
  const own = Object.entries(pids).flatMap(([name, pid]) => (outside.includes(name) ? [] : [pid]));
  const passed = outside.map((part) => join(realpathSync(stack.state), part));
  const open = openFilesOf(own).filter((path) => !passed.some((part) => isBelow(path, part)));
  const places = parts.map((part) => join(stack.state, part));
  const { hits, files, bytes } = await scanPlaces([...places, ...open], [...kindOf.keys()]);
  const found = new Map<string, Found>();
  for (const { file, canary } of hits) {
    const place = partOf(file, stack.state);
    if (place === 'logs/sandbox.log') continue;
    const kind = kindOf.get(canary) ?? '';
    found.set(`${place} ${kind}`, { place, kind });
  }
  return { found: [...found.values()], files, bytes };
}

function isBelow(path: string, directory: string): boolean {
  try {
    return realpathSync(path).startsWith(directory);
  } catch {
    return false;
  }
}

/** A stream, all spools together, a log by its name; elsewhere the file. */
function partOf(file: string, state: string): string {
  if (!file.startsWith(state)) return file;
  const path = file.slice(state.length + 1);
  if (path.startsWith('nats/')) return 'nats';
  return path.startsWith('spool/') ? 'spool' : path;
}
