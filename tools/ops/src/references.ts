import { invalidArgument } from './arguments.js';

/** What tells one act from others, so that it is done once. */
export function referenceArgument(reference: string): string {
  if (/^[A-Za-z0-9._:/-]{1,100}$/.test(reference)) return reference;
  throw invalidArgument('reference', '--reference must be 1 to 100 letters, digits and . _ : / -');
}
