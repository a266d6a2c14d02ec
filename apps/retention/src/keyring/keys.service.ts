import { retentionKeysDestroyed } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { dayOfKey, KeyDestroyedError, Keyring, userOfKey, type Destruction } from './keyring.js';
import { KeysRepository } from './keys.repository.js';

/** The keyring with its memory: which names were ever made, and which will never be made again. */
@Injectable()
export class KeysService {
  constructor(
    private readonly keyring: Keyring,
    private readonly keys: KeysRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** What receipts call the keyring. */
  get keyringKind(): string {
    return this.keyring.kind;
  }

  /**
   * Makes the key where its name is new. A name that is known and has no key stays without: a lost key is no reason for
   * another. Throws KeyDestroyedError for a name that was destroyed.
   */
  async ensure(name: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { state, isNew } = await this.keys.enter(tx, name);
      if (state !== 'live') throw new KeyDestroyedError(name);
      // Within the transaction, whose row a destruction waits for: no key is made after its end.
      if (isNew) await this.keyring.create(name);
    });
  }

  /** 32 bytes; wipe them after use. Throws KeyMissingError where the key is gone. */
  derive(name: string, context: string): Promise<Buffer> {
    return this.keyring.derive(name, context);
  }

  /** Ends a key for good, tells gateways of it, and says how it ended; again, the same. The name is never made again. */
  async destroy(name: string): Promise<Destruction> {
    await this.keys.beginDestruction(name);
    const known = await this.keys.destruction(name);
    const end = known ?? (await this.keyring.destroy(name));
    await this.database.transaction(async (tx) => {
      const isFirst = await this.keys.endDestruction(tx, name, end);
      if (isFirst) await this.announce(tx, name, end);
    });
    return end;
  }

  /** Whoever stores under the key has committed before this returns, or waits for the transaction. */
  lock(tx: Tx, name: string): Promise<void> {
    return this.keys.lock(tx, name);
  }

  /** Those of these names that live. None of them is destroyed before the transaction has ended. */
  live(tx: Tx, names: readonly string[]): Promise<Set<string>> {
    return this.keys.live(tx, names);
  }

  /** Names of keys that are in the keyring. */
  list(): Promise<string[]> {
    return this.keyring.list();
  }

  private async announce(tx: Tx, name: string, { at }: Destruction): Promise<void> {
    const day = dayOfKey(name);
    const userId = userOfKey(name);
    const options = { id: `keys-destroyed-${name}`, occurredAt: at };
    if (day !== undefined)
      await this.outbox.add(tx, retentionKeysDestroyed, { kind: 'day', day }, options);
    if (userId !== undefined)
      await this.outbox.add(tx, retentionKeysDestroyed, { kind: 'author', userId }, options);
  }
}
