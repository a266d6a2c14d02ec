import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import pg from 'pg';
import { describe, expect, it } from '@jest/globals';

interface Realm {
  keepWhat(load: () => void): void;
  teardown(): Promise<void>;
}
type RealmClass = new (config: { projectConfig: object }) => Realm;

const OneRealm = createRequire(import.meta.url)('../jest/environment.cjs') as RealmClass;
const newRealm = () => new OneRealm({ projectConfig: { testEnvironmentOptions: {} } });
const globals = globalThis as Record<string, unknown>;

describe('the realm that test files share', () => {
  it('is after a file as it was before', async () => {
    const { fetch } = globalThis;
    const path = process.env['PATH'];
    const directory = process.cwd;
    const realm = newRealm();
    const listener = (): void => undefined;
    Object.assign(globalThis, { fetch: undefined, mine: 1 });
    Object.assign(process.env, { PATH: '', MINE: '1' });
    process.cwd = () => '/';
    process.on('SIGUSR2', listener);
    await realm.teardown();
    expect([globalThis.fetch, process.cwd, process.env['PATH']]).toEqual([fetch, directory, path]);
    expect(['mine' in globalThis, 'MINE' in process.env]).toEqual([false, false]);
    expect(process.listeners('SIGUSR2')).not.toContain(listener);
  });

  it('has none of the asynchronous contexts that a file has entered', async () => {
    const before = new AsyncLocalStorage<string>();
    await before.run('of another', async () => {
      const realm = newRealm();
      const entered = new AsyncLocalStorage<string>();
      const left = entered.run('left', async () => {
        await realm.teardown();
        return entered.getStore();
      });
      expect(await left).toBeUndefined();
      expect(before.getStore()).toBe('of another');
      expect(entered.run('again', () => entered.getStore())).toBe('again');
      entered.disable();
    });
    before.disable();
  });

  it('keeps what a package has put there for itself', async () => {
    const realm = newRealm();
    const listener = (): void => undefined;
    realm.keepWhat(() => {
      globals['ofPackage'] = 1;
      process.on('SIGUSR2', listener);
    });
    try {
      await realm.teardown();
      expect(globals['ofPackage']).toBe(1);
      expect(process.listeners('SIGUSR2')).toContain(listener);
    } finally {
      delete globals['ofPackage'];
      process.off('SIGUSR2', listener);
    }
  });

  it('is that of packages and of Node: their errors are errors', async () => {
    const { DatabaseError } = pg;
    expect(new DatabaseError('no', 2, 'error')).toBeInstanceOf(Error);
    const failed = await import('node:fs/promises')
      .then(({ readFile }) => readFile('/nowhere'))
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
  });
});
