import type { JsonObject } from '../../json.js';
import { ProviderError } from '../../provider-error.js';
import type { Reading, Violation } from '../../shapes/first-violation.js';
import { pydanticWords } from '../../shapes/pydantic-words.js';
import { pythonRepr } from '../../shapes/python-repr.js';

/** vLLM's error body, under its OpenAI server. */
export function selfHostedErrorBody({ message, type, param, status }: ProviderError): JsonObject {
  return { error: { message, type, param, code: status } };
}

export function badRequest(message: string, param: string | null = null): ProviderError {
  return new ProviderError(400, 'BadRequestError', message, { param });
}

/** vLLM's refusal of a body that is not as its model has it: pydantic's error, as Python prints it. */
export function validationError(violation: Violation, reading: Reading): ProviderError {
  const loc = ['body', ...violation.path.flatMap((step) => ('at' in step ? step.at : []))];
  return detailed(kindOf(violation), loc, pydanticWords(violation, reading), violation.found);
}

/** vLLM's refusal of members that do not go together. */
export function valueError(message: string): ProviderError {
  return detailed('value_error', ['body'], `Value error, ${message}`, {});
}

function detailed(type: string, loc: (string | number)[], msg: string, input: unknown) {
  const at = loc.map((step) => (typeof step === 'number' ? String(step) : `'${step}'`));
  const where = at.length === 1 ? `(${at[0]},)` : `(${at.join(', ')})`;
  return badRequest(
    `1 validation error:\n  {'type': '${type}', 'loc': ${where}, 'msg': '${msg}', ` +
      `'input': ${pythonRepr(input)}}`,
  );
}

/** Pydantic's name of the error. */
function kindOf({ problem, shape, found }: Violation): string {
  if (problem === 'missing') return 'missing';
  if (problem === 'enum' || problem === 'tag') return 'literal_error';
  const parsed = typeof found === 'string';
  switch (shape.kind) {
    case 'string':
      return 'string_type';
    case 'boolean':
      return parsed ? 'bool_parsing' : 'bool_type';
    case 'integer':
      if (typeof found === 'number') return 'int_from_float';
      return parsed ? 'int_parsing' : 'int_type';
    case 'number':
      return parsed ? 'float_parsing' : 'float_type';
    case 'enum':
      return 'literal_error';
    case 'list':
    case 'either':
      return 'list_type';
    default:
      return 'dict_type';
  }
}
