import { newPart, type Part } from '../part.js';
import { until, type Caller, type Reply } from '../traffic/caller.js';
import type { Sandbox } from '../traffic/sandbox.js';
import { paths } from '../traffic/wire.js';

/** Requests that wait for a pool which has fallen silent, until the gateway's own time limits end them. */
export interface RunningTimeOuts {
  ended: Promise<Part>;
}

const outcome = 'time-out of the pool';

/**
 * Begins them, and resolves when the pool has all of them: the faults are over then for whoever asks next. A stream without a
 * first byte goes to another endpoint after 45 s; with `long`, a stream that falls silent after it began is ended after
 * 5 minutes, and a whole reply that never comes after 10.
 */
export async function beginTimeOuts(
  caller: Caller,
  sandbox: Sandbox,
  model: string,
  { long }: { long: boolean },
): Promise<RunningTimeOuts> {
  const hung = await begun(sandbox, model, { hang: true }, () => [
    ...paths.map((path) => caller.askPatiently(outcome, { path, model, stream: true })),
    ...(long
      ? paths.map((path) => caller.askPatiently(outcome, { path, model, stream: false }))
      : []),
  ]);
  const silent = long
    ? await begun(sandbox, model, { stallAfterChunks: 3 }, () =>
        paths.map((path) => caller.askPatiently(outcome, { path, model, stream: true })),
      )
    : [];
  return { ended: ended(sandbox, model, [...hung, ...silent], long) };
}

async function begun(
  sandbox: Sandbox,
  model: string,
  fault: object,
  ask: () => Promise<Reply>[],
): Promise<Promise<Reply>[]> {
  const before = (await sandbox.received(model)).length;
  await sandbox.setFaults({ model, ...fault });
  const asked = ask();
  await until(async () =>
    (await sandbox.received(model)).length >= before + asked.length ? true : undefined,
  );
  await sandbox.setFaults();
  return asked;
}

async function ended(
  sandbox: Sandbox,
  model: string,
  asked: readonly Promise<Reply>[],
  long: boolean,
): Promise<Part> {
  const part = newPart('Time-outs of self-hosted pools');
  await Promise.all(asked);
  const given = await until(async () => {
    const gone = (await sandbox.received(model)).filter(({ callerGone }) => callerGone).length;
    return gone >= asked.length ? gone : undefined;
  });
  part.facts['requests that the gateway gave up'] = given ?? 0;
  if (given === undefined) part.problems.push('the gateway did not give up a pool that is silent');
  if (!long) {
    part.notProved.push(
      'the time limits of 5 and 10 minutes (a stream that falls silent, a whole reply that never comes): npm run prove -- --long waits for them',
    );
  }
  return part;
}
