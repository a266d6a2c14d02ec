import type { JsonObject } from '../../json.js';
import { firstViolation } from '../../shapes/first-violation.js';
import type { Shape } from '../../shapes/shape.js';
import { openAiRefusal } from './openai-words.js';

const READING = { betas: new Set<string>(), lax: false };

/** Throws what OpenAI says of the first member of `body` that is not as `shape` has it. */
export function checkShape(body: JsonObject, shape: Shape): void {
  const violation = firstViolation(body, shape, READING);
  if (violation) throw openAiRefusal(violation, READING);
}
