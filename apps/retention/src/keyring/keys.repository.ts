import { createHash } from 'node:crypto';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { userOfKey, type Destruction } from './keyring.js';

export type KeyState = 'live' | 'destroying' | 'destroyed';

@Injectable()
export class KeysRepository {
  constructor(private readonly database: Database) {}

  /** Enters a name that is new, and holds its row until the transaction ends; `isNew` where it was. */
  async enter(tx: Tx, name: string): Promise<{ state: KeyState; isNew: boolean }> {
    const entered = await tx.execute(
      `insert into keyring_key (name, state) values ($1, 'live') on conflict (name) do nothing`,
      [entryOf(name)],
    );
    const [row] = await tx.query<{ state: KeyState }>(
      'select state from keyring_key where name = $1 for update',
      [entryOf(name)],
    );
    if (row === undefined) throw new Error('a name that was entered is not there');
    return { state: row.state, isNew: entered > 0 };
  }

  /** From now on the name is never made again, also where it never was. */
  async beginDestruction(name: string): Promise<void> {
    await this.database.execute(
      `insert into keyring_key (name, state) values ($1, 'destroying')
       on conflict (name) do update set state = 'destroying' where keyring_key.state = 'live'`,
      [entryOf(name)],
    );
  }

  async destruction(name: string): Promise<Destruction | undefined> {
    const [row] = await this.database.query<Destruction>(
      `select destroyed_at as at, how, evidence from keyring_key
       where name = $1 and state = 'destroyed'`,
      [entryOf(name)],
    );
    return row;
  }

  /** False where somebody else has told of it meanwhile. */
  async endDestruction(tx: Tx, name: string, { at, how, evidence }: Destruction): Promise<boolean> {
    const ended = await tx.execute(
      `update keyring_key set state = 'destroyed', destroyed_at = $2, how = $3, evidence = $4
       where name = $1 and state = 'destroying'`,
      [entryOf(name), at, how, evidence],
    );
    return ended > 0;
  }

  async lock(tx: Tx, name: string): Promise<void> {
    await tx.query('select from keyring_key where name = $1 for update', [entryOf(name)]);
  }

  /** Those of these names that live. None of them is destroyed before the transaction has ended. */
  async live(tx: Tx, names: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ name: string }>(
      `select name from keyring_key where name = any($1) and state = 'live' for share`,
      [names.map(entryOf)],
    );
    const live = new Set(rows.map(({ name }) => name));
    return new Set(names.filter((name) => live.has(entryOf(name))));
  }
}

/** An entry outlives its key, and must not tell whose it was. */
function entryOf(name: string): string {
  if (userOfKey(name) === undefined) return name;
  return `author-${createHash('sha256').update(name).digest('hex')}`;
}
