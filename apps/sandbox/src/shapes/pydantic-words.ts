import { enumValues, knownTags, type Reading, type Violation } from './first-violation.js';
import type { Shape } from './shape.js';

/** What pydantic says of a violation: Anthropic and vLLM both check requests with it. */
export function pydanticWords({ problem, shape, found }: Violation, reading: Reading): string {
  switch (problem) {
    case 'unknown':
      return 'Extra inputs are not permitted';
    case 'missing':
      return 'Field required';
    case 'type':
      return typeWords(shape, found, reading);
    case 'enum':
      return `Input should be ${alternatives(valuesOf(shape, reading))}`;
    case 'tag': {
      if (shape.kind !== 'tagged') return 'Input should be a valid dictionary';
      const tags = knownTags(shape, reading).map((tag) => `'${tag}'`);
      return (
        `Input tag '${String(found)}' found using '${shape.tag}' does not match any of the ` +
        `expected tags: ${tags.join(', ')}`
      );
    }
    case 'pattern':
      return `String should match pattern '${shape.kind === 'string' ? shape.pattern?.source : ''}'`;
    case 'too_small':
      return `Input should be greater than or equal to ${bounds(shape).least}`;
    case 'too_large':
      if (shape.kind === 'list' || shape.kind === 'string') {
        return `Input should have at most ${shape.most} items`;
      }
      return `Input should be less than or equal to ${bounds(shape).most}`;
  }
}

function bounds(shape: Shape): { least?: number; most?: number } {
  return shape.kind === 'integer' || shape.kind === 'number' ? shape : {};
}

function valuesOf(shape: Shape, reading: Reading): string[] {
  return shape.kind === 'enum' ? enumValues(shape, reading) : [];
}

function alternatives(values: string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

function typeWords(shape: Shape, found: unknown, reading: Reading): string {
  switch (shape.kind) {
    case 'string':
      return 'Input should be a valid string';
    case 'boolean':
      return reading.lax && typeof found === 'string'
        ? 'Input should be a valid boolean, unable to interpret input'
        : 'Input should be a valid boolean';
    case 'integer':
      return `Input should be a valid integer${integerReason(found, reading)}`;
    case 'number':
      return reading.lax && typeof found === 'string'
        ? 'Input should be a valid number, unable to parse string as a number'
        : 'Input should be a valid number';
    case 'enum':
      return `Input should be ${alternatives(enumValues(shape, reading))}`;
    case 'list':
      return 'Input should be a valid list';
    case 'nullable':
    case 'beta':
      return typeWords(shape.of, found, reading);
    case 'either':
      return typeWords(shape.of.at(-1) ?? shape, found, reading);
    default:
      return 'Input should be a valid dictionary';
  }
}

function integerReason(found: unknown, { lax }: Reading): string {
  if (!lax) return '';
  if (typeof found === 'string') return ', unable to parse string as an integer';
  return typeof found === 'number' ? ', got a number with a fractional part' : '';
}
