import type { ServiceName } from './connection/pieces.js';
import type { Services } from './connection/services.js';

/** One command of the operators' command line. */
export interface OpsCommand<Used extends ServiceName = ServiceName> {
  /** The words that call it and its flags. */
  usage: string;
  summary: string;
  /** Each flag with its value, and what it says. */
  options: [flag: string, meaning: string][];
  /** What the line of JSON holds. */
  prints: string;
  /** The services that it calls: no others have to be within reach. */
  uses: readonly Used[];
  /** Answers with what is printed as one line of JSON. Services are reached when first asked for. */
  run(args: string[], services: () => Promise<Pick<Services, Used>>): Promise<object>;
}

/** Holds a command to the services that it says it uses. */
export function opsCommand<Used extends ServiceName>(command: OpsCommand<Used>): OpsCommand {
  return command;
}
