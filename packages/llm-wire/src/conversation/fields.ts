import { isObject, type JsonObject } from '../json.js';
import { invalid } from './request-error.js';

/** Reads the typed fields of one request object and names the one that is wrong. Null is absent. */
export class Fields {
  constructor(
    readonly object: JsonObject,
    /** The object's place in the request, '' at the top. */
    private readonly path = '',
  ) {}

  param(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  raw(key: string): unknown {
    return this.object[key] ?? undefined;
  }

  string(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(this.param(key), 'a string');
  }

  boolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw invalid(this.param(key), 'a boolean');
  }

  number(key: string, min = -Infinity, max = Infinity): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw invalid(this.param(key), `a number from ${min} to ${max}`);
  }

  integer(key: string, min: number): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (Number.isSafeInteger(value) && (value as number) >= min) return value as number;
    throw invalid(this.param(key), `an integer of at least ${min}`);
  }

  child(key: string): Fields | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (isObject(value)) return new Fields(value, this.param(key));
    throw invalid(this.param(key), 'an object');
  }

  array(key: string): unknown[] | undefined {
    const value = this.raw(key);
    if (value === undefined || Array.isArray(value)) return value as unknown[] | undefined;
    throw invalid(this.param(key), 'an array');
  }

  /** The elements of an array of objects. */
  objects(key: string): Fields[] {
    return (this.array(key) ?? []).map((element, i) => {
      const path = `${this.param(key)}[${i}]`;
      if (!isObject(element)) throw invalid(path, 'an object');
      return new Fields(element, path);
    });
  }

  required<T>(key: string, value: T | undefined): T {
    if (value === undefined) throw invalid(this.param(key), 'given');
    return value;
  }
}
