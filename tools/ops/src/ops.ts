import { invalidArgument, splitState } from './arguments.js';
import { commands } from './commands.js';
import { connectToStack, stateRootOf } from './connection.js';
import { asksForHelp, commandHelp, overview } from './help.js';
import type { OpsCommand } from './ops-command.js';
import { printedError } from './ops-error.js';
import type { Services } from './services.js';

const COMMAND_WORDS = 2;

function commandOf(rest: string[]): OpsCommand | undefined {
  const name = rest.slice(0, COMMAND_WORDS).join(' ');
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

async function run(args: string[]): Promise<string> {
  const { state, rest } = splitState(args);
  const command = commandOf(rest);
  if (asksForHelp(rest)) return command ? commandHelp(command) : overview(commands);
  if (!command) {
    throw invalidArgument(
      'command',
      `unknown command: use one of ${Object.keys(commands).join(', ')}; npm run ops -- --help tells more`,
    );
  }
  const stateRoot = stateRootOf(state);
  let connected: Services | undefined;
  try {
    const answer = await command.run(rest.slice(COMMAND_WORDS), async () => {
      connected ??= await connectToStack(stateRoot);
      return connected;
    });
    return `${JSON.stringify(answer)}\n`;
  } finally {
    connected?.close();
  }
}

/** The operators' command line: one line of JSON on standard output. Resolves with the exit code. */
export async function ops(args: string[]): Promise<number> {
  try {
    process.stdout.write(await run(args));
    return 0;
  } catch (error) {
    process.stdout.write(`${JSON.stringify(printedError(error))}\n`);
    return 1;
  }
}
