import { uuidOf } from '@modelbridge/contracts';
import type { Stack } from '@modelbridge/launcher';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { query } from '../database.js';
import type { PeopleClients } from './people-clients.js';

export interface Receipt {
  erasureId: string;
  went: Record<string, Record<string, number>>;
  stays: { where: string; what: string }[];
}

/** The code of the newest mail to an address that has one. */
export function codeOf(stack: Pick<Stack, 'sandbox'>, email: string): Promise<string> {
  return eventually(async () => {
    for (const { text } of await mailsTo(stack, email)) {
      const [, code] = /: ([0-9A-Z]{5}-[0-9A-Z]{5})/.exec(text) ?? [];
      if (code !== undefined) return code;
    }
    throw new Error('no code yet');
  });
}

/** The newest first. */
export async function mailsTo(
  { sandbox }: Pick<Stack, 'sandbox'>,
  email: string,
): Promise<{ subject: string; text: string }[]> {
  const answer = await fetch(`${sandbox}/mail/messages?to=${encodeURIComponent(email)}`);
  return ((await answer.json()) as { messages: { subject: string; text: string }[] }).messages;
}

/** Asked for and confirmed by the code of the mail: the erasure's id. */
export async function confirmedErasure(
  stack: Stack,
  { erasures }: PeopleClients,
  { userId, email }: { userId: string; email: string },
): Promise<string> {
  await erasures.requestErasure({ actorUserId: userId });
  const code = await codeOf(stack, email);
  const { erasure } = await erasures.confirmErasure({ actorUserId: userId, code });
  return erasure?.erasureId ?? '';
}

/** As when the 72 hours in which it can be cancelled are over. */
export async function endWindow(stack: Stack, erasureId: string): Promise<void> {
  await query(
    stack,
    'retention',
    `update erasure set executes_at = now(), due_at = now() where id = $1 and state = 'confirmed'`,
    [uuidOf('erasure', erasureId)],
  );
}

/** Resolves when it is done. */
export function receiptOf(
  stack: Stack,
  erasureId: string,
  timeoutMs = patienceMs,
): Promise<Receipt> {
  return eventually(
    async () => {
      const [row] = await query<{ state: string; receipt: string | null; waits: string | null }>(
        stack,
        'retention',
        `select state, receipt, (select string_agg(part, ' ') from erasure_part where erasure_id = id) as waits
         from erasure where id = $1`,
        [uuidOf('erasure', erasureId)],
      );
      if (row?.state !== 'done') throw new Error(`${row?.state}; answered: ${row?.waits}`);
      return JSON.parse(row.receipt ?? '') as Receipt;
    },
    { timeoutMs },
  );
}
