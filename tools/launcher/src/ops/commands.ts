import { accountCreate } from './account-create.js';
import type { Services } from './services.js';

export interface OpsCommand {
  usage: string;
  /** Answers with what is printed as one line of JSON. Services are reached when first asked for. */
  run(args: string[], services: () => Promise<Services>): Promise<object>;
}

/** Every command by the words that call it. */
export const commands: Record<string, OpsCommand> = {
  'account create': accountCreate,
};
