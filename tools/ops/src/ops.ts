import { invalidArgument } from './arguments.js';
import { commands } from './commands.js';
import { connect } from './connection/connection.js';
import { connectionFlags, splitConnection } from './connection/connection-flags.js';
import type { ServiceName } from './connection/pieces.js';
import type { Connected } from './connection/services.js';
import { asksForHelp, commandHelp, overview } from './help.js';
import type { OpsCommand } from './ops-command.js';
import { printedError } from './ops-error.js';
import type { Output } from './output.js';

const COMMAND_WORDS = 2;

function commandOf(rest: string[]): OpsCommand | undefined {
  const name = rest.slice(0, COMMAND_WORDS).join(' ');
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

async function run(args: string[]): Promise<string> {
  const { connection, rest } = splitConnection(args);
  const command = commandOf(rest);
  if (asksForHelp(rest)) return command ? commandHelp(command) : overview(commands);
  if (!command) {
    throw invalidArgument(
      'command',
      `unknown command: use one of ${Object.keys(commands).join(', ')}; npm run ops -- --help tells more`,
    );
  }
  const flags = connectionFlags(connection);
  let connected: Connected<ServiceName> | undefined;
  try {
    const answer = await command.run(rest.slice(COMMAND_WORDS), async () => {
      connected ??= await connect(command.uses, flags);
      return connected;
    });
    return `${JSON.stringify(answer)}\n`;
  } finally {
    connected?.close();
  }
}

/** The operators' command line: one line of JSON on standard output. Resolves with the exit code. */
export async function ops(args: string[], { stdout }: Output = process): Promise<number> {
  try {
    stdout.write(await run(args));
    return 0;
  } catch (error) {
    stdout.write(`${JSON.stringify(printedError(error))}\n`);
    return 1;
  }
}
