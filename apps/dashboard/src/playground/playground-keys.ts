import { randomBytes } from 'node:crypto';
import { KeyScope, type Key } from '@modelbridge/contracts/auth.v1';
import type { AuthClient } from '../clients/clients.js';

/** How long a key opens anything: nobody but this process ever has it. */
const lifeMs = 60 * 60_000;
/** One that has so little left is not begun with any more. */
const leastLeftMs = 5 * 60_000;
const named = /^Playground \d{4}-\d{2}-\d{2} /;

/** For whom a key is, and on which account. */
export interface PlaygroundAccount {
  actorUserId: string;
  accountId: string;
  teamId: string | undefined;
}

interface Held {
  apiKey: Promise<string>;
  endsAtMs: number;
}

/**
 * The keys with which the playground asks in people's names: one an account and person, made when it is first needed,
 * in the memory of this process alone. auth decides whether the person may have it, and limits hold as for every key.
 */
export class PlaygroundKeys {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly auth: AuthClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws what auth throws, such as for a person who has not accepted the terms. */
  of(account: PlaygroundAccount): Promise<string> {
    const now = this.now();
    for (const [name, { endsAtMs }] of this.held) {
      if (endsAtMs - now < leastLeftMs) this.held.delete(name);
    }
    const name = nameOf(account);
    const known = this.held.get(name);
    if (known !== undefined) return known.apiKey;
    const made: Held = { apiKey: this.make(account, now), endsAtMs: now + lifeMs };
    this.held.set(name, made);
    made.apiKey.catch(() => this.drop(name, made));
    return made.apiKey;
  }

  /** The gateway does not know this key: the person has revoked it, say. The next one asked for is another. */
  async forget(account: PlaygroundAccount, apiKey: string): Promise<void> {
    const held = this.held.get(nameOf(account));
    const isIt = held !== undefined && (await held.apiKey.catch(() => undefined)) === apiKey;
    if (isIt) this.drop(nameOf(account), held);
  }

  private drop(name: string, held: Held): void {
    if (this.held.get(name) === held) this.held.delete(name);
  }

  private async make(account: PlaygroundAccount, now: number): Promise<string> {
    await this.revokeEnded(account, now);
    const { actorUserId, accountId, teamId } = account;
    const when = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
    const { apiKey } = await this.auth.createKey({
      userId: actorUserId,
      actorUserId,
      accountId,
      teamId,
      // Two processes may make one each in the same minute.
      name: `Playground ${when} UTC, ${randomBytes(3).toString('hex')}`,
      scope: KeyScope.INFERENCE,
      isTest: false,
      restrictions: undefined,
      expiresAt: new Date(now + lifeMs),
    });
    return apiKey;
  }

  /** Expired ones count among the keys that a person may have, and revoked ones do not. */
  private async revokeEnded(
    { actorUserId, accountId }: PlaygroundAccount,
    now: number,
  ): Promise<void> {
    const { keys } = await this.auth.listKeys({ accountId, actorUserId, limit: 100, cursor: '' });
    const ended = keys.filter((key) => key.userId === actorUserId && isEnded(key, now));
    await Promise.all(ended.map(({ keyId }) => this.auth.revokeKey({ keyId, actorUserId })));
  }
}

function isEnded({ name, revokedAt, expiresAt }: Key, now: number): boolean {
  return (
    named.test(name) &&
    revokedAt === undefined &&
    expiresAt !== undefined &&
    expiresAt.getTime() <= now
  );
}

function nameOf({ actorUserId, accountId }: PlaygroundAccount): string {
  return JSON.stringify([actorUserId, accountId]);
}
