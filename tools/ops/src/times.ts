import { invalidArgument } from './arguments.js';
import { flagOf } from './flag-names.js';

const example = '2027-01-31T00:00:00Z';

/** A time in UTC as it is written on the command line; undefined where the text is none. */
function readTime(text: string): Date | undefined {
  const time = new Date(text);
  return /^\d{4}-\d{2}-\d{2}T.*Z$/.test(text) && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** The time that a flag gives; else an error that names the flag. `or` is what may stand there instead. */
export function timeArgument(text: string, field: string, or = ''): Date {
  const time = readTime(text);
  if (time !== undefined) return time;
  throw invalidArgument(field, `${flagOf(field)} must be a time in UTC such as ${example}${or}`);
}
