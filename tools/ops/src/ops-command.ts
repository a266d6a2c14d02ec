import type { Services } from './services.js';

/** One command of the operators' command line. */
export interface OpsCommand {
  /** The words that call it and its flags. */
  usage: string;
  summary: string;
  /** Each flag with its value, and what it says. */
  options: [flag: string, meaning: string][];
  /** What the line of JSON holds. */
  prints: string;
  /** Answers with what is printed as one line of JSON. Services are reached when first asked for. */
  run(args: string[], services: () => Promise<Services>): Promise<object>;
}
