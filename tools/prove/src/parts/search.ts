import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { newPart, type Part } from '../part.js';
import { plantControl } from '../scan/control.js';
import { encodingNames } from '../scan/encodings.js';
import { openFilesOf } from '../scan/open-files.js';
import { scanBatches, scanPlaces, type Hit } from '../scan/scan.js';
import { checkpoint, valuesOf } from '../system/databases.js';
import type { System } from '../system/open-system.js';
import { newCanaries, textsOf, type Canaries } from '../traffic/canaries.js';

export interface SearchFacts {
  files: number;
  bytes: number;
  packed_members: number;
  tables: number;
  table_bytes: number;
  encodings: readonly string[];
  texts: { what: string; sha256: string }[];
  hits: { what: string; encoding: string; file: string; offset: number; within: number[] }[];
  /** Planted texts that were found, and how many were planted. */
  control_hits: number;
  controls: number;
}

interface Setting {
  system: System;
  canaries: readonly Canaries[];
  /** What the system itself keeps, by what it is, and the folders of the state of which at least one must show it. */
  witnesses: readonly { what: string; text: string; folders: readonly string[] }[];
  also: readonly string[];
}

/** Reads everything that the system can write to and looks for canaries; and for controls, which must be found. */
export async function searchEverything(
  setting: Setting,
): Promise<{ part: Part; facts: SearchFacts }> {
  const { system, canaries, also } = setting;
  const part = newPart('Search of everything that the system writes');
  const { pids } = await system.reread();
  const open = openFilesOf(Object.values(pids));
  if (process.platform !== 'linux')
    part.notProved.push(
      'files that processes have open outside of the state: only Linux shows them',
    );
  if (!existsSync(join(system.state, 'postgres')))
    part.notProved.push('the files of Postgres, which are not in the state; its tables were read');
  if (!existsSync(join(system.state, 'nats')))
    part.notProved.push('the files of JetStream, which are not in the state');
  await checkpoint(system);
  const what = new Map(canaries.flatMap((one) => [...textsOf(one)]));
  const control = newCanaries('control').asked;
  const sought = [...what.keys(), control, ...setting.witnesses.map(({ text }) => text)];
  const directory = join(system.state, `prove-control-${control.slice(7, 15)}`);
  const planted = plantControl(directory, control);
  const files = await scanPlaces([system.state, ...open, ...also], sought).finally(() =>
    rmSync(directory, { recursive: true, force: true }),
  );
  const tables = await scanBatches(valuesOf(system), sought);
  const hits = [...files.hits, ...tables.hits];
  const hitOf = ({ canary, ...hit }: Hit) => ({ what: what.get(canary)!, ...hit });
  const canaryHits = hits.filter(({ canary }) => what.has(canary));
  for (const hit of canaryHits)
    part.problems.push(`${what.get(hit.canary)!} found as ${hit.encoding} in ${hit.file}`);
  for (const problem of files.unreadable) part.problems.push(`could not be read: ${problem}`);
  const found = planted.filter(({ file, encoding }) => {
    const isThere = (hit: Hit): boolean =>
      hit.canary === control && hit.encoding === encoding && basename(hit.file) === file;
    const isFound = files.hits.some(isThere);
    if (!isFound) part.problems.push(`the planted control was not found: ${file}`);
    return isFound;
  });
  const seen = seenWitnesses(setting, hits, part);
  return {
    part,
    facts: {
      files: files.files,
      bytes: files.bytes,
      packed_members: files.members + tables.members,
      tables: tables.files,
      table_bytes: tables.bytes,
      encodings: [...encodingNames, 'each within gzip and zip, two deep'],
      texts: [...what].map(([text, of]) => ({ what: of, sha256: sha256(text) })),
      hits: canaryHits.map(hitOf),
      control_hits: found.length + seen.found,
      controls: planted.length + seen.sought,
    },
  };
}

/** What the system keeps of these very requests is found where it is kept: the right places were read. */
function seenWitnesses(
  { system, witnesses }: Setting,
  hits: readonly Hit[],
  part: Part,
): { found: number; sought: number } {
  let found = 0;
  let sought = 0;
  for (const { what, text, folders } of witnesses) {
    for (const folder of folders) {
      if (folder !== 'tables' && !existsSync(join(system.state, folder))) continue;
      sought += 1;
      const isIn = ({ file }: Hit): boolean =>
        folder === 'tables'
          ? !file.startsWith('/')
          : relative(system.state, file).startsWith(`${folder}/`);
      if (hits.some((hit) => hit.canary === text && isIn(hit))) found += 1;
      else part.problems.push(`${what} was not found in ${folder}, where it is kept`);
    }
  }
  return { found, sought };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
