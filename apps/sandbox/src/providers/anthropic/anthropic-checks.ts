import { firstViolation, type Step } from '../../shapes/first-violation.js';
import { pydanticWords } from '../../shapes/pydantic-words.js';
import type { Shape } from '../../shapes/shape.js';
import type { ProviderRequest } from '../../provider-api.js';
import { invalidRequest } from './anthropic-models.js';
import { requestedBetas } from './betas.js';
import { checkTools } from './tool-rules.js';
import { checkTurns } from './turn-rules.js';

/** Throws what Anthropic says of the first thing in the request that it does not take. */
export function checkRequest({ headers, body }: ProviderRequest, shape: Shape): void {
  const reading = { betas: requestedBetas(headers), lax: false };
  const violation = firstViolation(body, shape, reading);
  if (violation) {
    throw invalidRequest(`${pathOf(violation.path)}: ${pydanticWords(violation, reading)}`);
  }
  checkTools(body);
  checkTurns(body);
}

/** A path as Anthropic writes it, with the case of each union: `tools.0.custom.name`. */
function pathOf(path: Step[]): string {
  return path.map((step) => ('at' in step ? step.at : step.tag)).join('.');
}
