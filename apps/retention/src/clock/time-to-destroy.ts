import { clockBounds } from './bounds.js';

/** What two clocks show, and where these do not agree a third one, unless nobody tells it. */
interface Shown {
  ours: Date;
  theirs: Date;
  outside: Date | undefined;
}

export function agree(ours: Date, theirs: Date): boolean {
  return Math.abs(ours.getTime() - theirs.getTime()) <= clockBounds.agreeWithinMs;
}

/**
 * The time by which something may be destroyed for good. Of two clocks that agree the later one, so that nothing lives longer;
 * of those that do not, nobody knows which is wrong: then what two of three say is reached, and where there is no third, what
 * both say. What is destroyed too early never comes back.
 */
export function timeToDestroy({ ours, theirs, outside }: Shown): Date {
  const [earlier, later] = ours < theirs ? [ours, theirs] : [theirs, ours];
  if (agree(ours, theirs)) return later;
  if (outside === undefined || outside < earlier) return earlier;
  return outside < later ? outside : later;
}
