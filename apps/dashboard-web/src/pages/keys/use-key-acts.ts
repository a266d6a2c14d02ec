import { keyRoutes, type Asked, type Key, type KeySecret } from '@modelbridge/dashboard-api';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import type { ReadForm } from './key-form.js';

interface OneKey {
  readonly account_id: string;
  readonly key_id: string;
}

interface Rotation extends OneKey {
  readonly grace_seconds: number;
}

interface Change extends OneKey {
  readonly before: Key;
  readonly wanted: ReadForm;
}

type Creation = Asked<typeof keyRoutes.create>;

export type CreateKey = ReturnType<typeof useKeyActs>['create'];
export type KeyActs = ReturnType<typeof useKeyActs>;

const changes = [['keys'], ['key']];

/** What can be done to keys. `onSecret` shows the secret of one that was made or rotated, this once. */
export function useKeyActs(onSecret: (secret: KeySecret) => void) {
  const create = useAct({
    name: 'keys.create',
    run: (asked: Creation) => api.call(keyRoutes.create, asked),
    onDone: onSecret,
    showsError: true,
    changes,
  });
  const rotate = useAct({
    name: 'keys.rotate',
    run: ({ grace_seconds, ...params }: Rotation) =>
      api.call(keyRoutes.rotate, { params, body: { grace_seconds } }),
    onDone: onSecret,
    changes,
  });
  const revoke = useAct({
    name: 'keys.revoke',
    run: (params: OneKey) => api.call(keyRoutes.revoke, { params }),
    done: ({ name }) => `${name} is revoked`,
    changes,
  });
  const disable = useAct({
    name: 'keys.disable',
    run: (params: OneKey) => api.call(keyRoutes.disable, { params, body: {} }),
    done: ({ name }) => `${name} is disabled`,
    changes,
  });
  const enable = useAct({
    name: 'keys.enable',
    run: (params: OneKey) => api.call(keyRoutes.enable, { params, body: {} }),
    done: ({ name }) => `${name} works again`,
    changes,
  });
  const update = useAct({
    name: 'keys.update',
    run: changeKey,
    done: 'Saved',
    showsError: true,
    changes,
  });
  return { create, rotate, revoke, disable, enable, update };
}

/** Limits first: the key is never looser than what was asked while the rest is on its way. */
async function changeKey({ before, wanted, ...params }: Change): Promise<void> {
  const { limits, ...body } = wanted;
  const periods = new Set([...before.limits, ...limits].map(({ period }) => period));
  for (const period of periods) {
    const was = before.limits.find((limit) => limit.period === period)?.limit_nano_usd ?? null;
    const limit_nano_usd = limits.find((limit) => limit.period === period)?.limit_nano_usd ?? null;
    if (limit_nano_usd === was) continue;
    await api.call(keyRoutes.setLimit, { params: { ...params, period }, body: { limit_nano_usd } });
  }
  await api.call(keyRoutes.update, { params, body });
}
