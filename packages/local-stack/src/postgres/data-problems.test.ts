import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { adviceOn, adviceOnRefusal, assertWhole, runnerOf } from './data-problems.js';

const postgres = { name: 'postgres', uid: 70, gid: 70 };

describe('data of Postgres that cannot be used', () => {
  it.each(['base', 'global/pg_control', 'pg_wal'])(
    'are told at once where %s is lost',
    async (part) => {
      const place = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
      for (const name of ['base', 'global', 'pg_wal', 'pg_xact', 'pg_multixact'])
        await mkdir(join(place, name));
      await writeFile(join(place, 'global', 'pg_control'), '');
      expect(() => assertWhole(place)).not.toThrow();
      await rm(join(place, part), { recursive: true });
      expect(() => assertWhole(place)).toThrow(
        `The data of Postgres in ${place} are damaged: ${part} is missing. Put the whole directory back ` +
          'from a backup, or begin anew: npm run reset wipes them, --state DIR leaves them.',
      );
      await rm(place, { recursive: true });
    },
  );

  it('are run as their owner by root, and by their owner', () => {
    expect(runnerOf('/d', { uid: 1000, gid: 1001 }, postgres, 0)).toMatchObject({
      uid: 1000,
      gid: 1001,
    });
    expect(runnerOf('/d', { uid: 1000, gid: 1001 }, undefined, 1000)).toBeUndefined();
  });

  it('are told with their owner where that is root, or another user', () => {
    expect(() => runnerOf('/d', { uid: 0, gid: 0 }, postgres, 0)).toThrow(
      /^\/d belongs to root, and Postgres does not run as root but as postgres\..*sudo chown -R postgres \/d/,
    );
    expect(() => runnerOf('/d', { uid: 0, gid: 0 }, undefined, 1000)).toThrow(
      /^\/d belongs to the user with uid 0\. Start as that user or as root/,
    );
  });

  it.each([
    [
      'FATAL:  could not open file "global/pg_filenode.map": Permission denied',
      /^Something in \/d belongs to another user.*chown -R postgres \/d/,
    ],
    [
      'FATAL:  could not write lock file: No space left on device',
      /^There is no room left for \/d\..*--state DIR/,
    ],
    [
      'PANIC:  could not locate a valid checkpoint record',
      /^The data of Postgres in \/d are damaged.*backup/,
    ],
    ['FATAL:  could not bind', /^$/],
  ])('are explained by the last lines of the log: %s', (tail, advice) => {
    expect(adviceOn(tail, '/d', postgres)).toMatch(advice);
  });

  it('are told apart from a password that was lost', () => {
    expect(adviceOnRefusal('28P01', '/d')).toMatch(/password file was lost.*reset the state/);
    expect(adviceOnRefusal('3D000', '/d')).toMatch(/damaged: it cannot open its own database/);
    expect(adviceOnRefusal(undefined, '/d')).toBe('');
  });
});
