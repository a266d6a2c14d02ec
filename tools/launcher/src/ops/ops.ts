import { parseStateDir } from '../options.js';
import { readStackFile } from '../state/stack-file.js';
import { stateDirectory } from '../state/state-directory.js';
import { commands } from './commands.js';
import { OpsError, printedError } from './ops-error.js';
import { connectServices, type Services } from './services.js';

const COMMAND_WORDS = 2;

/** Takes `--state DIR` or `--state=DIR` out of the arguments, wherever it stands. */
export function splitState(args: string[]): { state: string | undefined; rest: string[] } {
  const rest: string[] = [];
  let state: string | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--state') {
      state = args[(index += 1)] ?? '';
    } else if (arg.startsWith('--state=')) {
      state = arg.slice('--state='.length);
    } else {
      rest.push(arg);
    }
  }
  return { state, rest };
}

async function connect(stateRoot: string): Promise<Services> {
  const state = stateDirectory(stateRoot);
  const stack = await readStackFile(state.stackFile);
  if (!stack) {
    throw new OpsError(
      'failed_precondition',
      'state',
      `no stack runs on ${stateRoot}: start one with npm start, or name another with --state DIR`,
    );
  }
  return connectServices(state.certificates, stack.grpc);
}

async function run(args: string[]): Promise<object> {
  const { state, rest } = splitState(args);
  const name = rest.slice(0, COMMAND_WORDS).join(' ');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const usages = Object.values(commands).map(
      ({ usage }) => `npm run ops -- [--state DIR] ${usage}`,
    );
    throw new OpsError(
      'invalid_argument',
      'command',
      `unknown command. Usage: ${usages.join(' | ')}`,
    );
  }
  const stateRoot = parseStateDir(state);
  let connected: Services | undefined;
  try {
    return await command.run(rest.slice(COMMAND_WORDS), async () => {
      connected ??= await connect(stateRoot);
      return connected;
    });
  } finally {
    connected?.close();
  }
}

/** The operators' command line: one line of JSON on standard output. Resolves with the exit code. */
export async function ops(args: string[]): Promise<number> {
  try {
    process.stdout.write(`${JSON.stringify(await run(args))}\n`);
    return 0;
  } catch (error) {
    process.stdout.write(`${JSON.stringify(printedError(error))}\n`);
    return 1;
  }
}
