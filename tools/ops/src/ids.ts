import { idPrefixes, isId } from '@modelbridge/contracts';
import { invalidArgument } from './arguments.js';
import { flagOf } from './flag-names.js';

/** What is said where billing does not know the account that `--account` names. */
export function unknownAccount(accountId: string): [argument: string, message: string] {
  return [
    'account',
    `there is no account ${accountId}: --account takes the accountId that account create printed`,
  ];
}

/** The value of a field if it is an id of this kind; else an error that names the flag. */
export function idArgument(kind: keyof typeof idPrefixes, value: string, field: string): string {
  if (isId(kind, value)) return value;
  throw invalidArgument(
    field,
    `${flagOf(field)} must be the ${kind}'s id, such as ${idPrefixes[kind]}_01jd3v0q8xe4mrkz5ty6wn2b7c`,
  );
}
