import { z } from 'zod';

const maxLength = 200;

/** What people call themselves or a thing of theirs: trimmed, in any script, without control characters. */
export const displayName = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(maxLength, `must have at most ${maxLength} characters`)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters');
