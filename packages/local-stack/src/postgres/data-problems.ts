import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemUser } from '../process/unprivileged-user.js';

/** Without one of these no Postgres starts, whatever it says about it. */
const NEEDED = ['base', join('global', 'pg_control'), 'pg_wal', 'pg_xact', 'pg_multixact'];

const ANEW = 'or begin anew: npm run reset wipes them, --state DIR leaves them';

function damaged(place: string, what: string): string {
  return (
    `The data of Postgres in ${place} are damaged: ${what}. ` +
    `Put the whole directory back from a backup, ${ANEW}.`
  );
}

function foreign(place: string, user: string): string {
  return `Give all of it to that user (sudo chown -R ${user} ${place}), ${ANEW}.`;
}

/** Throws where something of the data is lost, which Postgres would take long to say, or say in other words. */
export function assertWhole(place: string): void {
  const lost = NEEDED.filter((name) => !existsSync(join(place, name)));
  if (lost.length > 0) throw new Error(damaged(place, `${lost.join(', ')} is missing`));
}

/**
 * The user to run as over data that are there: their owner, so that a stack started by another user goes on.
 * `user` is who a root user runs Postgres as, undefined for others. Throws where that owner cannot run it.
 */
export function runnerOf(
  place: string,
  owner: { uid: number; gid: number },
  user: SystemUser | undefined,
  ownUid: number | undefined,
): SystemUser | undefined {
  if (user && owner.uid === 0) {
    const why = `${place} belongs to root, and Postgres does not run as root but as ${user.name}.`;
    throw new Error(`${why} ${foreign(place, user.name)}`);
  }
  if (user) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  if (owner.uid === ownUid) return undefined;
  throw new Error(
    `${place} belongs to the user with uid ${owner.uid}. Start as that user or as root, or ` +
      'begin anew with another --state DIR.',
  );
}

/** What the last lines of Postgres' log mean for who reads them, and what to do; empty where they say it all. */
export function adviceOn(logTail: string, place: string, user: SystemUser | undefined): string {
  if (/Permission denied/.test(logTail)) {
    const name = user?.name.replace('uid ', '') ?? '"$USER"';
    return `Something in ${place} belongs to another user than Postgres runs as. ${foreign(place, name)}`;
  }
  if (/No space left on device/.test(logTail))
    return `There is no room left for ${place}. Make room on its disk, or use another state: --state DIR.`;
  if (
    /checkpoint record|could not (open|read|locate|find)|not a valid data directory/.test(logTail)
  )
    return damaged(place, 'the log above names what is wrong');
  return '';
}

/** What a Postgres that answers, and refuses its own superuser, has; and what to do. */
export function adviceOnRefusal(sqlState: string | undefined, place: string): string {
  if (sqlState === undefined) return '';
  return sqlState === '28P01'
    ? 'If its password file was lost, the data cannot be opened any more: reset the state.'
    : damaged(place, 'it cannot open its own database');
}
