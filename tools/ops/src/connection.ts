import { join } from 'node:path';
import { invalidArgument } from './arguments.js';
import { OpsError } from './ops-error.js';
import { connectServices, type Services } from './services.js';
import { readStackFile, stackFileOf, stateRoot } from './stack/stack-file.js';

/** The absolute directory that `--state` names; the default one without it. */
export function stateRootOf(state: string | undefined): string {
  if (state === '' || state?.startsWith('--')) {
    throw invalidArgument('state', '--state must name a directory: --state DIR');
  }
  return stateRoot(state);
}

/** Reaches the services of the stack that runs on a state. */
export async function connectToStack(root: string): Promise<Services> {
  const stack = await readStackFile(stackFileOf(root));
  if (!stack) {
    throw new OpsError(
      'failed_precondition',
      'state',
      `no stack is up on ${root}: start one with npm start, or name another with --state DIR`,
    );
  }
  return connectServices(join(root, 'certificates'), stack.grpc);
}
