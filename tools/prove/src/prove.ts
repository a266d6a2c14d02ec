import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createAccount, type CreatedAccount } from '@modelbridge/ops';
import type { ProveOptions } from './options.js';
import { newPart, type Part } from './part.js';
import { destroyOwn } from './parts/destroyed.js';
import { checkEndedDays } from './parts/ended-days.js';
import { lookAtMachine } from './parts/machine.js';
import { askNeverStored } from './parts/never-stored.js';
import { checkPromises } from './parts/promises.js';
import { verifyReceipts } from './parts/receipts.js';
import { searchEverything, type SearchFacts } from './parts/search.js';
import { askStored, storedOf } from './parts/stored.js';
import { beginTimeOuts, type RunningTimeOuts } from './parts/time-outs.js';
import { describeVersion, type Version } from './system/version.js';
import { openSystem, type System } from './system/open-system.js';
import { newCanaries } from './traffic/canaries.js';
import { Caller, until } from './traffic/caller.js';
import { Sandbox } from './traffic/sandbox.js';

/** The evidence of one run, as the report has it. */
export interface Proof {
  schema: 1;
  proved: boolean;
  began_at: string;
  took_seconds: number;
  version: Version;
  state: string;
  canaries_sent: number;
  search: SearchFacts;
  keys_destroyed: number;
  receipts_verified: number;
  parts: Part[];
  not_proved: string[];
}

/** How the suite makes it short: models that are asked, and time that is made to pass. */
export interface Scope {
  neverStored?: readonly string[];
  stored?: readonly string[];
  /** Requests wait for a pool that is silent. */
  timeOutsBegun?: () => Promise<void>;
}

type Say = (line: string) => void;

const balanceNanoUsd = 20_000_000_000n;

/** Runs all of it against a running system. Throws NotRunError where there is none. */
export async function prove(options: ProveOptions, say: Say, scope: Scope = {}): Promise<Proof> {
  const system = await openSystem(options.state);
  try {
    return await proveIt(system, options, say, scope);
  } finally {
    system.close();
  }
}

async function proveIt(
  system: System,
  options: ProveOptions,
  say: Say,
  scope: Scope,
): Promise<Proof> {
  const beganAt = new Date();
  const parts: Part[] = [];
  const add = (part: Part): void => {
    parts.push(part);
    say(`${part.problems.length === 0 ? '✓' : '✗'} ${part.name}`);
    for (const problem of part.problems) say(`    ${problem}`);
  };
  const served = await modelsOf(system);
  const models = {
    never: scope.neverStored ?? served.never,
    stored: scope.stored ?? served.stored,
  };
  const mark = randomBytes(8).toString('hex');
  const [account, stranger] = [await newAccount(system, mark), await newAccount(system, 'other')];
  const never = new Caller(system, account, newCanaries('self-hosted models'));
  const stored = new Caller(system, account, newCanaries('stored models'));

  const sandbox = await servingSandbox(system, never, models.never[0]);
  const timeOuts = await withTimeOuts(never, sandbox, models.never.at(-1), options);
  if (timeOuts !== undefined) await scope.timeOutsBegun?.();
  add(
    await askNeverStored({
      caller: never,
      models: models.never,
      sandbox,
      timeOuts: timeOuts?.ended,
    }),
  );
  add(await askStored({ system, caller: stored, stranger, models: models.stored }));
  if (timeOuts !== undefined) add(await timeOuts.ended);
  add(await nothingStored(system, never));

  const search = await searchEverything({
    system,
    canaries: [never.canaries, stored.canaries],
    witnesses: [
      {
        what: 'the name of this run’s account',
        text: nameOf(mark),
        folders: ['postgres', 'tables'],
      },
      { what: 'the id of this run’s account', text: account.accountId, folders: ['nats'] },
    ],
    also: options.also,
  });
  add(search.part);
  const destroyed = await destroyOwn(system, [account, stranger]);
  add(destroyed);
  const days = await checkEndedDays(system);
  add(days);
  const receipts = await verifyReceipts(system, options.receiptKeys);
  add(receipts.part);
  add(checkPromises());
  add(await lookAtMachine(system));
  return {
    schema: 1,
    proved: parts.every(({ problems }) => problems.length === 0),
    began_at: beganAt.toISOString(),
    took_seconds: Math.round((Date.now() - beganAt.getTime()) / 1_000),
    version: describeVersion(),
    state: system.state,
    canaries_sent: never.total + stored.total,
    search: search.facts,
    keys_destroyed:
      Number(destroyed.facts['keys destroyed']) +
      Number(days.facts['days whose keys were destroyed']),
    receipts_verified: receipts.verified,
    parts,
    not_proved: parts.flatMap(({ notProved }) => notProved),
  };
}

function nameOf(mark: string): string {
  return `Evidence ${mark}`;
}

/** An account of this run alone, with money; it is erased at the end. */
function newAccount(system: System, mark: string): Promise<CreatedAccount> {
  const email = `evidence-${randomBytes(6).toString('hex')}@example.com`;
  return createAccount(system.as('admin'), { email, name: nameOf(mark), balanceNanoUsd, plan: '' });
}

/** By what is stored of their requests: one of each provider whose content is. */
async function modelsOf(
  system: System,
): Promise<{ never: readonly string[]; stored: readonly string[] }> {
  const response = await fetch(`${system.gateway}/v1/models`, {
    headers: { authorization: `Bearer ${system.apiKey}` },
  });
  if (!response.ok) throw new Error(`/v1/models: ${response.status} ${await response.text()}`);
  const { data } = (await response.json()) as {
    data: { id: string; provider: string; content_policy: string }[];
  };
  const kept = data.filter(({ content_policy }) => content_policy !== 'never');
  const firsts = new Map([...kept].reverse().map(({ id, provider }) => [provider, id]));
  return {
    never: data.filter(({ content_policy }) => content_policy === 'never').map(({ id }) => id),
    stored: [...firsts.values()],
  };
}

/** The sandbox, where it is what serves self-hosted models. */
async function servingSandbox(
  system: System,
  caller: Caller,
  model: string | undefined,
): Promise<Sandbox | undefined> {
  if (model === undefined) return undefined;
  const sandbox = await Sandbox.of(system);
  await caller.askPatiently('answered', { path: '/v1/chat/completions', model, stream: false });
  return (await sandbox.received()).length > 0 ? sandbox : undefined;
}

/** They wait beside everything else. */
async function withTimeOuts(
  caller: Caller,
  sandbox: Sandbox | undefined,
  model: string | undefined,
  { long }: ProveOptions,
): Promise<RunningTimeOuts | undefined> {
  if (sandbox === undefined || model === undefined) return undefined;
  return beginTimeOuts(caller, sandbox, model, { long });
}

const captureMs = 3_000;

/** A capture that there should not be would have been stored by then. */
async function nothingStored(system: System, caller: Caller): Promise<Part> {
  const part = newPart('Nothing of self-hosted models is stored');
  const ids = [...caller.requestIds];
  const last = ids.at(-1);
  await until(async () => {
    const response = await fetch(`${system.gateway}/v1/usage/${last}`, {
      headers: { authorization: `Bearer ${caller.account.apiKey}` },
    });
    return response.ok ? true : undefined;
  });
  await delay(captureMs);
  const stored = await storedOf(system, ids);
  part.facts['requests looked for among stored contents'] = ids.length;
  if (stored > 0) part.problems.push(`${stored} requests to self-hosted models are stored`);
  return part;
}
