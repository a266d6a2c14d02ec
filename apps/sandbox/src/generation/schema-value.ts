import { arrayOf, isObject, type JsonObject, objectOf } from '../json.js';
import { MAX_SCHEMA_DEPTH } from '../bounds.js';
import { prose } from './prose.js';

const FORMATS: Record<string, string> = {
  'date-time': '2026-01-15T09:30:00Z',
  date: '2026-01-15',
  time: '09:30:00Z',
  duration: 'PT5M',
  email: 'ada@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.10',
  ipv6: '2001:db8::10',
  uri: 'https://example.com/item',
  uuid: '5f0c8f5e-3c1b-4d6a-9a54-2f1f6d1c7b10',
};

/** A value that fits the JSON schema, drawn from `random`. `pattern` is not honoured. */
export function schemaValue(schema: unknown, random: () => number): unknown {
  return new SchemaSampler(schema, random).sample(schema, 0);
}

class SchemaSampler {
  constructor(
    private readonly root: unknown,
    private readonly random: () => number,
  ) {}

  sample(candidate: unknown, depth: number): unknown {
    const schema = this.resolve(candidate, depth);
    if ('const' in schema) return schema.const;
    const options = arrayOf(schema.enum);
    if (options.length > 0) return options[this.below(options.length)];
    const branches = arrayOf(schema.anyOf ?? schema.oneOf);
    if (branches.length > 0) return this.sample(this.branch(branches, depth), depth + 1);
    switch (this.typeOf(schema)) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return this.array(schema, depth);
      case 'string':
        return this.string(schema);
      case 'integer':
      case 'number':
        return this.number(schema);
      case 'boolean':
        return this.random() < 0.5;
      default:
        return null;
    }
  }

  private resolve(candidate: unknown, depth: number): JsonObject {
    let schema = objectOf(candidate);
    for (let hops = depth; typeof schema.$ref === 'string' && hops < MAX_SCHEMA_DEPTH; hops += 1) {
      schema = this.pointer(schema.$ref);
    }
    const parts = arrayOf(schema.allOf);
    if (parts.length === 0) return schema;
    const merged: JsonObject = { ...schema };
    for (const part of parts) {
      const resolved = depth < MAX_SCHEMA_DEPTH ? this.resolve(part, depth + 1) : {};
      Object.assign(merged, resolved, {
        properties: { ...objectOf(merged.properties), ...objectOf(resolved.properties) },
        required: [...arrayOf(merged.required), ...arrayOf(resolved.required)],
      });
    }
    delete merged.allOf;
    return merged;
  }

  private pointer(reference: string): JsonObject {
    let target: unknown = this.root;
    for (const part of reference.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      target = Object.hasOwn(objectOf(target), key) ? objectOf(target)[key] : undefined;
    }
    return objectOf(target);
  }

  /** Deep in a recursive schema the branch that ends the recursion is the one to take. */
  private branch(branches: unknown[], depth: number): unknown {
    if (depth < 3) return branches[this.below(branches.length)];
    const ending = branches.find((branch) => {
      const type = objectOf(branch).type;
      return typeof type === 'string' && type !== 'object' && type !== 'array';
    });
    return ending ?? branches[0];
  }

  private typeOf(schema: JsonObject): string {
    const type = Array.isArray(schema.type) ? (schema.type as unknown[])[0] : schema.type;
    if (typeof type === 'string') return type;
    if (isObject(schema.properties)) return 'object';
    return 'items' in schema ? 'array' : 'string';
  }

  private object(schema: JsonObject, depth: number): JsonObject {
    const required = new Set(arrayOf(schema.required));
    const value: JsonObject = {};
    for (const [name, property] of Object.entries(objectOf(schema.properties))) {
      const wanted = required.has(name) ? depth < MAX_SCHEMA_DEPTH : depth < 3;
      if (wanted) value[name] = this.sample(property, depth + 1);
    }
    return value;
  }

  private array(schema: JsonObject, depth: number): unknown[] {
    const least = numberOr(schema.minItems, 0);
    const most = Math.min(numberOr(schema.maxItems, least + 2), least + 2);
    const wanted = depth < 4 ? least + this.below(most - least + 1) : least;
    const length = depth < MAX_SCHEMA_DEPTH ? Math.min(wanted, 64) : 0;
    return Array.from({ length }, () => this.sample(schema.items, depth + 1));
  }

  private string(schema: JsonObject): string {
    if (typeof schema.format === 'string' && Object.hasOwn(FORMATS, schema.format)) {
      return FORMATS[schema.format] as string;
    }
    const least = Math.min(numberOr(schema.minLength, 0), 4096);
    const most = numberOr(schema.maxLength, Math.max(least, 64));
    const text = prose(this.random, 4 + this.below(4)).join('');
    return text.padEnd(least, ' and more').slice(0, most);
  }

  private number(schema: JsonObject): number {
    const integer = schema.type === 'integer';
    const step = numberOr(schema.multipleOf, integer ? 1 : 0.5);
    const exclusiveLow = numberOr(schema.exclusiveMinimum, -Infinity);
    const exclusiveHigh = numberOr(schema.exclusiveMaximum, Infinity);
    const low = Math.max(
      numberOr(schema.minimum, -Infinity),
      exclusiveLow + (exclusiveLow > -Infinity ? step : 0),
    );
    const high = Math.min(
      numberOr(schema.maximum, Infinity),
      exclusiveHigh - (exclusiveHigh < Infinity ? step : 0),
    );
    const start = low > -Infinity ? low : Math.min(1, high);
    const end = Math.min(high, start + 99);
    const value = Math.ceil((start + this.random() * (end - start)) / step) * step;
    return value > end ? Math.floor(end / step) * step : value;
  }

  private below(count: number): number {
    return Math.floor(this.random() * count);
  }
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}
