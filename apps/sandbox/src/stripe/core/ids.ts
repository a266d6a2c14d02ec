import { randomBytes } from 'node:crypto';

/** As long as Stripe's are. No counter: after a restart an id never means another object. */
export function newId(prefix: string): string {
  const characters = randomBytes(30).toString('base64url').replaceAll(/[-_]/g, '');
  return `${prefix}_${characters.slice(0, 24)}`;
}

interface Identified {
  id: string;
}

/** The id of what Stripe tells either by its id or as a whole. */
export function idOf(reference: string | Identified): string;
export function idOf(reference: string | Identified | null | undefined): string | null;
export function idOf(reference: string | Identified | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}
