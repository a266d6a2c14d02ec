import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeDataDirectory } from '@modelbridge/local-stack';
import { done } from './console.js';
import { parseStateDir, UsageError } from './options.js';
import { lockHolder, StateInUseError } from './state/lock.js';
import { stateDirectory } from './state/state-directory.js';

export const RESET_USAGE = `Usage: npm run reset -- [--state DIR]

Wipes the data, logs and secrets of a state that no system runs on.
`;

/** What `npm start` may have put into a state directory. Installed tools stay. */
const CONTENTS = [
  'nats',
  'spool',
  'sandbox',
  'logs',
  'secrets',
  'certificates',
  'stack.json',
  'launcher.lock',
];

function stateArgument(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { state: { type: 'string' } } }).values.state;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${RESET_USAGE}`);
  }
}

/** Wipes the data, logs and secrets of a state that no stack runs on. Resolves with the exit code. */
export async function reset(args: string[]): Promise<number> {
  const state = stateDirectory(parseStateDir(stateArgument(args)));
  const holder = await lockHolder(state.lockFile);
  if (holder !== undefined) throw new StateInUseError(holder, state.root);
  await removeDataDirectory(state.postgres);
  for (const name of CONTENTS) await rm(join(state.root, name), { recursive: true, force: true });
  if (existsSync(state.root) && (await readdir(state.root)).length === 0) {
    await rm(state.root, { recursive: true });
  }
  done(`${state.root} is wiped`);
  return 0;
}
