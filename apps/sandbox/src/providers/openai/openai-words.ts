import {
  enumValues,
  knownTags,
  type Reading,
  type Step,
  type Violation,
} from '../../shapes/first-violation.js';
import type { Shape } from '../../shapes/shape.js';
import type { ProviderError } from '../../provider-error.js';
import { invalid } from './openai-requests.js';

/** OpenAI's refusal of a request for `violation`. */
export function openAiRefusal(violation: Violation, reading: Reading): ProviderError {
  const { problem, shape, found } = violation;
  const path = pathOf(violation.path);
  switch (problem) {
    case 'unknown':
      return invalid(`Unknown parameter: '${path}'.`, path, 'unknown_parameter');
    case 'missing':
      return invalid(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
    case 'type':
      return invalid(
        `Invalid type for '${path}': expected ${expected(shape, reading)}, but got ` +
          `${typeName(found)} instead.`,
        path,
        'invalid_type',
      );
    case 'enum':
    case 'tag':
      return unknownValue(violation, path, reading);
    case 'pattern': {
      const pattern = shape.kind === 'string' ? (shape.pattern?.source ?? '') : '';
      return invalid(
        `Invalid '${path}': string does not match pattern. Expected a string that matches the ` +
          `pattern '${pattern}'.`,
        path,
        'invalid_value',
      );
    }
    case 'too_small':
    case 'too_large':
      return outOfBounds(violation, path);
  }
}

/** A path as OpenAI writes it: `input[0].content[1].text`. */
function pathOf(steps: Step[]): string {
  let path = '';
  for (const step of steps) {
    if (!('at' in step)) continue;
    if (typeof step.at === 'number') path += `[${step.at}]`;
    else path += path === '' ? step.at : `.${step.at}`;
  }
  return path;
}

function unknownValue({ shape, found }: Violation, path: string, reading: Reading): ProviderError {
  const values =
    shape.kind === 'enum'
      ? enumValues(shape, reading)
      : shape.kind === 'tagged'
        ? knownTags(shape, reading)
        : [];
  const member = shape.kind === 'tagged' ? `${path}.${shape.tag}` : path;
  const supported = values.map((value) => `'${value}'`);
  const words =
    supported.length === 1
      ? `Value must be ${supported.join('')}.`
      : `Supported values are: ${joined(supported, 'and')}.`;
  return invalid(`Invalid value: '${String(found)}'. ${words}`, member, 'invalid_value');
}

function outOfBounds({ problem, shape, found }: Violation, path: string): ProviderError {
  const large = problem === 'too_large';
  if (shape.kind === 'string' || shape.kind === 'list') {
    const [thing, a] = shape.kind === 'string' ? ['string', 'a string'] : ['array', 'an array'];
    const length = (found as string | unknown[]).length;
    return invalid(
      `Invalid '${path}': ${thing} too long. Expected ${a} with maximum length ${shape.most}, ` +
        `but got ${a} with length ${length} instead.`,
      path,
      `${thing}_above_max_length`,
    );
  }
  const { least, most } = shape.kind === 'integer' || shape.kind === 'number' ? shape : {};
  const thing = shape.kind === 'integer' ? 'integer' : 'decimal';
  const [side, sign, bound] = large
    ? ['above maximum', '<=', most]
    : ['below minimum', '>=', least];
  return invalid(
    `Invalid '${path}': ${thing} ${side} value. Expected a value ${sign} ${bound}, but got ` +
      `${String(found)} instead.`,
    path,
    `${thing}_${large ? 'above_max' : 'below_min'}_value`,
  );
}

function expected(shape: Shape, reading: Reading): string {
  switch (shape.kind) {
    case 'string':
      return 'a string';
    case 'boolean':
      return 'a boolean';
    case 'integer':
      return 'an integer';
    case 'number':
      return 'a decimal';
    case 'list':
      return 'an array';
    case 'enum':
      return `one of ${joined(
        enumValues(shape, reading).map((value) => `'${value}'`),
        'or',
      )}`;
    case 'either':
      return `one of ${shape.of.map((option) => expected(option, reading)).join(' or ')}`;
    case 'nullable':
    case 'beta':
      return expected(shape.of, reading);
    default:
      return 'an object';
  }
}

function typeName(found: unknown): string {
  if (found === null) return 'null';
  if (Array.isArray(found)) return 'an array';
  if (typeof found === 'number') return Number.isInteger(found) ? 'an integer' : 'a decimal';
  return typeof found === 'object' ? 'an object' : `a ${typeof found}`;
}

function joined(values: string[], word: string): string {
  const last = values.at(-1) ?? '';
  if (values.length < 2) return last;
  return `${values.slice(0, -1).join(', ')}${values.length > 2 ? ',' : ''} ${word} ${last}`;
}
