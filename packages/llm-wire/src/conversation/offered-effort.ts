import { fittingEffort } from './efforts.js';
import type { Effort } from './request.js';
import type { Ignorable, UpstreamProfile } from './upstream-profile.js';

/** The effort that the model takes for the one that is wanted; off is named where it cannot be. */
export function offeredEffort(
  wanted: Effort,
  { efforts }: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): Effort {
  if (efforts === undefined || efforts.length === 0) return wanted;
  const effort = fittingEffort(wanted, efforts);
  if (wanted === 'none' && effort !== 'none') ignore('reasoning');
  return effort;
}
