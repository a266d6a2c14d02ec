import type { JsonObject } from '../../json.js';

/** Deeper brackets than any parameter of Stripe has. */
const deepest = 8;

/** The value of a form with brackets: `items[0][price]=x` is `{items: [{price: 'x'}]}`. All leaves are strings. */
export function decodedForm(encoded: string): JsonObject {
  const root: JsonObject = {};
  for (const [name, value] of new URLSearchParams(encoded)) put(root, keysOf(name), value);
  return withLists(root) as JsonObject;
}

/** The name of a parameter as a form has it: `['items', 0, 'price']` is `items[0][price]`. */
export function paramName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return [first ?? '', ...rest.map((key) => `[${key}]`)].join('');
}

function keysOf(name: string): string[] {
  const [first = '', ...rest] = name.split('[', deepest);
  return [first, ...rest.map((key) => key.replace(/\]$/, ''))];
}

function put(into: JsonObject, keys: string[], value: string): void {
  let target = into;
  for (const [index, key] of keys.entries()) {
    // `expand[]=a&expand[]=b`: each goes behind the last.
    const name = key === '' && index > 0 ? String(Object.keys(target).length) : key;
    if (index === keys.length - 1) {
      define(target, name, value);
      return;
    }
    const inner = Object.hasOwn(target, name) ? target[name] : undefined;
    if (typeof inner === 'object') target = inner as JsonObject;
    else target = define(target, name, {});
  }
}

/** A caller's name never reaches a prototype. */
function define<T>(target: JsonObject, name: string, value: T): T {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  return value;
}

function withLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index));
  if (isList) return entries.map(([, inner]) => withLists(inner));
  const result: JsonObject = {};
  for (const [key, inner] of entries) define(result, key, withLists(inner));
  return result;
}
