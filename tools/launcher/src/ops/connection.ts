import { parseStateDir } from '../options.js';
import { readStackFile } from '../state/stack-file.js';
import { stateDirectory } from '../state/state-directory.js';
import { invalidArgument } from './arguments.js';
import { OpsError } from './ops-error.js';
import { connectServices, type Services } from './services.js';

/** The absolute directory that `--state` names; the default one without it. */
export function stateRootOf(state: string | undefined): string {
  if (state === '' || state?.startsWith('--')) {
    throw invalidArgument('state', '--state must name a directory: --state DIR');
  }
  return parseStateDir(state);
}

/** Reaches the services of the stack that runs on a state. */
export async function connectToStack(stateRoot: string): Promise<Services> {
  const state = stateDirectory(stateRoot);
  const stack = await readStackFile(state.stackFile);
  if (!stack) {
    throw new OpsError(
      'failed_precondition',
      'state',
      `no stack is up on ${stateRoot}: start one with npm start, or name another with --state DIR`,
    );
  }
  return connectServices(state.certificates, stack.grpc);
}
