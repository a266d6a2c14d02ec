import { newPart, type Part } from '../part.js';
import { notePieces } from '../traffic/canaries.js';
import type { Caller } from '../traffic/caller.js';
import type { Sandbox } from '../traffic/sandbox.js';
import { paths, piecesOf, type Path } from '../traffic/wire.js';

/** Models whose content is never stored, and the stand-in that serves them; undefined where real pools do. */
interface Setting {
  caller: Caller;
  models: readonly string[];
  sandbox: Sandbox | undefined;
  /** Requests to the last model still wait for their time-outs: no fault may meet them until then. */
  timeOuts: Promise<unknown> | undefined;
}

const wholeWaitMs = 300;

/** Sends canaries through everything that can become of a request. */
export async function askNeverStored(setting: Setting): Promise<Part> {
  const { caller, models, sandbox } = setting;
  const part = newPart('Requests to self-hosted models');
  for (const model of models) {
    if (model === models.at(-1)) await setting.timeOuts;
    await eachApi((path) => answers(setting, part, model, path));
    await eachApi((path) => refusals(setting, part, model, path));
    if (sandbox !== undefined) await faults(setting, sandbox, model);
  }
  await sandbox?.restoreFaults();
  part.facts['models'] = models.join(', ');
  for (const [outcome, count] of caller.sent) part.facts[`requests: ${outcome}`] = count;
  part.facts['pieces of streams looked for'] = caller.canaries.pieces.size;
  if (models.length === 0) part.problems.push('no model is served of which nothing is stored');
  if (sandbox === undefined) {
    part.notProved.push(
      'errors, cuts and time-outs of self-hosted pools: real ones serve the models, and cannot be told to fail',
      'replies: a real model need not say the canary; prompts are looked for all the same',
    );
  } else if (caller.canaries.pieces.size === 0) {
    part.problems.push('no stream said the canary in pieces');
  }
  return part;
}

async function eachApi(act: (path: Path) => Promise<void>): Promise<void> {
  await Promise.all(paths.map(act));
}

/** In whole, as a stream in pieces, and as a stream in one piece; two of three APIs are translated. */
async function answers(
  { caller, sandbox }: Setting,
  part: Part,
  model: string,
  path: Path,
): Promise<void> {
  const { canaries } = caller;
  for (const kind of [{ stream: false }, { stream: true }, { stream: true, whole: true }]) {
    const reply = await caller.askPatiently('answered', { path, model, ...kind });
    const which = `${model} on ${path}${kind.stream ? ', streamed' : ''}`;
    if (reply.status !== 200) part.problems.push(`${which}: answered ${reply.status}, not 200`);
    else if (sandbox !== undefined) {
      const pieces = kind.stream ? piecesOf(reply.text) : [reply.text];
      if (!pieces.join('').includes(canaries.answered))
        part.problems.push(`${which}: the reply does not say the canary`);
      if (kind.stream) notePieces(canaries, pieces);
    }
  }
}

/** What the gateway itself refuses, and what its caller breaks. */
async function refusals({ caller }: Setting, part: Part, model: string, path: Path): Promise<void> {
  const { asked } = caller.canaries;
  const wrong = path === '/v1/responses' ? { input: { asked } } : { messages: { asked } };
  const refused = await caller.askPatiently('refused', { path, model, stream: false, body: wrong });
  if (refused.status < 400 || refused.status >= 500)
    part.problems.push(`${model} on ${path}: a malformed body was answered ${refused.status}`);
  await caller.ask('refused', { path, model: asked, stream: false });
}

async function faults({ caller }: Setting, sandbox: Sandbox, model: string): Promise<void> {
  const { asked } = caller.canaries;
  const failing = [
    { error: { status: 400, type: 'invalid_request_error', message: `not ${asked}` } },
    { error: { status: 500, type: 'server_error', message: `broken at ${asked}` } },
    { error: { status: 500, type: 'server_error', message: asked }, errorAfterChunks: 2 },
    { cutAfterChunks: 3 },
  ];
  for (const fault of failing) {
    const outcome = 'error' in fault ? 'error of the pool' : 'cut by the pool';
    await sandbox.setFaults({ model, ...fault });
    await eachApi(async (path) => {
      for (const stream of [false, true]) await caller.ask(outcome, { path, model, stream });
    });
  }
  await sandbox.setFaults({ model, stallAfterChunks: 3 });
  await eachApi(async (path) => {
    await caller.ask('caller left', { path, model, stream: true, leaves: true });
    await caller.ask('caller left', { path, model, stream: false, timeoutMs: wholeWaitMs });
  });
  await sandbox.setFaults();
}
