import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ErasureState } from '@modelbridge/contracts/retention.v1/erasure';
import type { CreatedAccount } from '@modelbridge/ops';
import { newPart, type Part } from '../part.js';
import type { System } from '../system/open-system.js';
import { until } from '../traffic/caller.js';

const dayMs = 24 * 60 * 60_000;

/**
 * Destroys keys of this run's own account for good: that of a legal hold, which two roles of staff make and one ends, and the
 * author's secret, by erasing the account. Nothing that the account has said can be opened afterwards.
 */
export async function destroyOwn(
  system: System,
  accounts: readonly CreatedAccount[],
): Promise<Part> {
  const part = newPart('Keys that were destroyed in this run');
  let destroyed = 0;
  const [author] = accounts;
  if (author !== undefined) destroyed += await destroyHold(system, author, part);
  for (const account of accounts) destroyed += await erase(system, account, part);
  part.notProved.push(
    'the end of these erasures: billing first waits until the account has nothing open',
  );
  part.facts['keys destroyed'] = destroyed;
  return part;
}

async function destroyHold(
  system: System,
  { userId }: CreatedAccount,
  part: Part,
): Promise<number> {
  const now = Date.now();
  const asked = {
    userId,
    from: new Date(now - dayMs),
    to: new Date(now),
    endsAt: new Date(now + dayMs),
  };
  const proposing = system.as('admin').retention.legalHolds;
  const confirming = system.as('security').retention.legalHolds;
  const { hold } = await proposing.proposeLegalHold(asked);
  const holdId = hold?.holdId ?? '';
  const alone = await proposing.confirmLegalHold({ holdId }).then(
    () => true,
    () => false,
  );
  if (alone) part.problems.push('who proposed a legal hold could confirm it alone');
  const confirmed = await confirming.confirmLegalHold({ holdId });
  const key = keyFile(system, `hold-${holdId}`);
  const wasThere = key === undefined || existsSync(key);
  await confirming.endLegalHold({ holdId });
  part.facts['contents under a legal hold of this run'] = Number(confirmed.hold?.held ?? 0n);
  if (!wasThere) part.problems.push('a legal hold has no key');
  return seenGone(key, 'the key of an ended legal hold', part);
}

async function erase(system: System, { userId }: CreatedAccount, part: Part): Promise<number> {
  const key = keyFile(system, `author-${userId}`);
  const hadKey = key !== undefined && existsSync(key);
  const { erasures } = system.as('security').retention;
  const { erasure } = await erasures.startErasure({ userId });
  const erasureId = erasure?.erasureId ?? '';
  // The rest waits until what the account has open at billing has ended, which takes minutes.
  await until(async () => {
    const { erasure: now } = await erasures.showErasure({ erasureId });
    const isUnreadable = now !== undefined && now.state >= ErasureState.ERASING;
    return isUnreadable && (key === undefined || !existsSync(key)) ? true : undefined;
  });
  part.facts['erasures begun'] = Number(part.facts['erasures begun'] ?? 0) + 1;
  return hadKey || key === undefined ? seenGone(key, 'the secret of an erased author', part) : 0;
}

/** Where a key is as a file; undefined where keys are in a Vault. */
function keyFile(system: System, name: string): string | undefined {
  const keyring = join(system.state, 'keyring');
  return existsSync(keyring) ? join(keyring, name) : undefined;
}

function seenGone(key: string | undefined, what: string, part: Part): number {
  if (key === undefined) {
    part.notProved.push(`${what} is gone from the keyring: it is no directory of this state`);
    return 0;
  }
  if (!existsSync(key)) return 1;
  part.problems.push(`${what} is still there`);
  return 0;
}
