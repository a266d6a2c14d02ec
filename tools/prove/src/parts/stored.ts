import { uuidOf } from '@modelbridge/contracts';
import type { StaffRole } from '@modelbridge/contracts/access';
import type { CreatedAccount } from '@modelbridge/ops';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { newPart, type Part } from '../part.js';
import { rowsOf } from '../system/databases.js';
import type { System } from '../system/open-system.js';
import { until, type Caller } from '../traffic/caller.js';
import { paths, type Path } from '../traffic/wire.js';

interface Setting {
  system: System;
  caller: Caller;
  /** Somebody else. */
  stranger: CreatedAccount;
  models: readonly string[];
}

interface Content {
  request: { body: string };
  reply: { body: string };
}

/** Sends canaries to models whose content is stored, and has it opened: by its author, and by nobody else. */
export async function askStored({ system, caller, stranger, models }: Setting): Promise<Part> {
  const part = newPart('Requests to models whose content is kept sealed');
  const ids: string[] = [];
  for (const model of models) {
    for (const path of paths) {
      for (const stream of [false, true]) {
        const { status, requestId } = await caller.askPatiently('stored', { path, model, stream });
        if (status === 200 && requestId !== null) ids.push(requestId);
        else part.problems.push(`${model} on ${path}: answered ${status}, not 200`);
      }
    }
  }
  // Before what is stored is waited for: it would be there by then, too.
  const notToBe = await askWithoutStoring(caller, models);
  for (const id of ids) await openedByAuthor(system, caller, id, part);
  for (const id of ids) await openedByNobodyElse(system, stranger, id, part);
  part.facts['models'] = models.join(', ');
  part.facts['requests stored and opened by their author'] = ids.length;
  part.facts['attempts of others to open them'] = ids.length * attempts;
  if (ids.length === 0) part.problems.push('nothing was stored that could be opened');
  part.facts['requests that were not to be stored'] = notToBe.length;
  const stored = await storedOf(system, notToBe);
  if (stored > 0) part.problems.push(`${stored} requests are stored that were not to be`);
  return part;
}

/** The content as the API answers it, or the status: one of a busy machine is asked again. */
async function contentFor(
  system: System,
  { apiKey }: CreatedAccount,
  id: string,
): Promise<Content | number | undefined> {
  return until(async () => {
    const response = await fetch(`${system.gateway}/v1/usage/${id}/content`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    const body = await response.text();
    if (response.status === 503 || response.status === 429) return undefined;
    return response.status === 200 ? (JSON.parse(body) as Content) : response.status;
  });
}

async function openedByAuthor(
  system: System,
  { account, canaries }: Caller,
  id: string,
  part: Part,
): Promise<void> {
  const content = await until(async () => {
    const found = await contentFor(system, account, id);
    return typeof found === 'object' ? found : undefined;
  });
  const asked = JSON.stringify(canaries.asked).slice(1, -1);
  if (content === undefined) part.problems.push(`${id}: its author cannot open it`);
  else if (!content.request.body.includes(asked))
    part.problems.push(`${id}: what its author opens is not what was asked`);
}

/** Of another account, of each role of staff without a grant. */
const attempts = 3;

async function openedByNobodyElse(
  system: System,
  stranger: CreatedAccount,
  id: string,
  part: Part,
): Promise<void> {
  const another = await contentFor(system, stranger, id);
  if (another !== 404) part.problems.push(`${id}: another account is not answered 404`);
  for (const role of ['support', 'admin'] as const) {
    const refusal = await refusalOf(system, role, id);
    if (refusal === undefined || !['not_found', 'permission_denied'].includes(refusal))
      part.problems.push(`${id}: staff of the role ${role} is not refused without a grant`);
  }
}

/** Why retention does not open it to staff; `opened` where it does. */
async function refusalOf(system: System, role: StaffRole, requestId: string) {
  const { contents } = system.as(role).retention;
  return until(async () => {
    const code = await contents.getContent({ requestId }).then(
      () => 'opened',
      (error: unknown) => rpcErrorFrom(error)?.code ?? 'internal',
    );
    return code === 'unavailable' || code === 'deadline_exceeded' ? undefined : code;
  });
}

const optOuts: Record<Path, { headers?: Record<string, string>; body?: object }> = {
  '/v1/chat/completions': { body: { store: false } },
  '/v1/responses': { body: { store: false } },
  '/v1/messages': { headers: { 'x-modelbridge-store': 'false' } },
};

/** Each opt-out once. */
async function askWithoutStoring(caller: Caller, models: readonly string[]): Promise<string[]> {
  const [model] = models;
  if (model === undefined) return [];
  const replies = await Promise.all(
    paths.map((path) =>
      caller.askPatiently('not to be stored', { path, model, stream: false, ...optOuts[path] }),
    ),
  );
  return replies.flatMap(({ requestId }) => requestId ?? []);
}

/** How many of these requests have a row in retention. */
export async function storedOf(system: System, ids: readonly string[]): Promise<number> {
  const uuids = ids.map((id) => uuidOf('request', id));
  const sql = 'select count(*)::int as stored from content where request_id = any($1::uuid[])';
  const [row] = await rowsOf<{ stored: number }>(system, 'retention', sql, [uuids]);
  return row?.stored ?? 0;
}
