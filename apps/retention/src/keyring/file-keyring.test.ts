import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FileKeyring } from './file-keyring.js';
import { KeyMissingError } from './keyring.js';

const name = 'day-2026-03-10';

function emptyDirectory(): string {
  return join(mkdtempSync(join(tmpdir(), 'keyring-')), 'keys');
}

describe('keys as files', () => {
  it('make a key once, which derives the same for the same context and something else for another', async () => {
    const directory = emptyDirectory();
    const keyring = await FileKeyring.open(directory);
    await keyring.create(name);
    const derived = await keyring.derive(name, 'a');
    await Promise.all([keyring.create(name), (await FileKeyring.open(directory)).create(name)]);
    expect(derived).toHaveLength(32);
    expect(await keyring.derive(name, 'a')).toEqual(derived);
    expect(await keyring.derive(name, 'b')).not.toEqual(derived);
    expect(derived).not.toEqual(readFileSync(join(directory, name)));
    await keyring.create('day-2026-03-11');
    expect(await keyring.derive('day-2026-03-11', 'a')).not.toEqual(derived);
  });

  it('are read by their owner only, and by nobody where the directory is open to others', async () => {
    const directory = emptyDirectory();
    const keyring = await FileKeyring.open(directory);
    await keyring.create(name);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    chmodSync(directory, 0o750);
    await expect(FileKeyring.open(directory)).rejects.toThrow(/chmod 700/);
  });

  it('are gone once destroyed, and are not made by asking for them', async () => {
    const directory = emptyDirectory();
    const keyring = await FileKeyring.open(directory);
    await keyring.create(name);
    const { how, evidence } = await keyring.destroy(name);
    expect([how, evidence]).toEqual([
      'overwritten and unlinked',
      'no file of this name after the directory was synced',
    ]);
    await expect(keyring.derive(name, 'a')).rejects.toThrow(KeyMissingError);
    expect(readdirSync(directory)).toEqual([]);
    expect((await keyring.destroy(name)).how).toBe('no key to destroy');
  });

  it('are destroyed by several at once as by one', async () => {
    const directory = emptyDirectory();
    const keyring = await FileKeyring.open(directory);
    for (let round = 0; round < 20; round += 1) {
      await keyring.create(name);
      await Promise.all(Array.from({ length: 4 }, () => keyring.destroy(name)));
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it('take no name that leads elsewhere, and no key that is cut off', async () => {
    const directory = emptyDirectory();
    const keyring = await FileKeyring.open(directory);
    await expect(keyring.create('../day-2026-03-10')).rejects.toThrow(TypeError);
    writeFileSync(join(directory, name), Buffer.alloc(31));
    await expect(keyring.derive(name, 'a')).rejects.toThrow(/not whole/);
  });

  it('leave nothing of a key that was being made when the process ended', async () => {
    const directory = emptyDirectory();
    await FileKeyring.open(directory);
    writeFileSync(join(directory, `${name}.00ff.draft`), Buffer.alloc(32));
    const keyring = await FileKeyring.open(directory);
    expect(await keyring.list()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });
});
