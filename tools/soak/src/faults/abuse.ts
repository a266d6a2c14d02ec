import { createApiKey } from '@modelbridge/api-key';
import type { Key } from '../traffic/accounts.js';
import type { Callers } from '../traffic/caller.js';
import { requestOf } from '../traffic/request.js';

/** One key asks for as many streams at once, and leaves them all after a while. */
export async function askGreedily(
  callers: Callers,
  key: Key,
  { requests, forMs }: { requests: number; forMs: number },
): Promise<void> {
  await Promise.all(
    Array.from({ length: requests }, (_, index) =>
      callers.ask(
        index % callers.gatewayCount,
        requestOf({ key, api: 'chat', model: 'kimi-k2.5', streamed: true, tokens: 250 }),
        forMs,
      ),
    ),
  );
}

/** Bodies of these sizes at the same time, translated and as they come. */
export async function askLargely(
  callers: Callers,
  key: Key,
  sizes: readonly number[],
): Promise<void> {
  await Promise.all(
    sizes.map((bytes, index) =>
      callers.ask(
        index % callers.gatewayCount,
        requestOf({
          key,
          api: index % 2 === 0 ? 'chat' : 'messages',
          model: 'claude-sonnet-4-6',
          streamed: index % 2 === 1,
          tokens: 10,
          padding: 'soaked in a line of text\n'.repeat(Math.ceil(bytes / 25)),
        }),
      ),
    ),
  );
}

/** Keys that nobody has, one after another from four callers. */
export async function askBadKeys(callers: Callers, requests: number): Promise<void> {
  const each = Math.ceil(requests / 4);
  await Promise.all(
    Array.from({ length: 4 }, async (_, caller) => {
      for (let turn = 0; turn < each; turn += 1) {
        const key: Key = { keyId: '', accountId: '', apiKey: createApiKey().apiKey };
        const request = {
          key,
          api: 'chat',
          model: 'kimi-k2.5',
          streamed: false,
          tokens: 4,
        } as const;
        await callers.ask(caller % callers.gatewayCount, requestOf(request));
      }
    }),
  );
}
