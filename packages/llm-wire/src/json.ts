/** Narrow readers for JSON of unknown shape; a wrong type reads as absent. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, key: string): JsonObject | undefined {
  const child = isObject(value) ? value[key] : undefined;
  return isObject(child) ? child : undefined;
}

export function stringAt(value: unknown, key: string): string | undefined {
  const child = isObject(value) ? value[key] : undefined;
  return typeof child === 'string' ? child : undefined;
}

export function numberAt(value: unknown, key: string): number | undefined {
  const child = isObject(value) ? value[key] : undefined;
  return typeof child === 'number' ? child : undefined;
}

export function arrayAt(value: unknown, key: string): unknown[] {
  const child = isObject(value) ? value[key] : undefined;
  return Array.isArray(child) ? (child as unknown[]) : [];
}

/** The parsed object, or undefined for anything that is not one JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The object, or where it has undefined members a copy without them: deleting would make it slow to write. */
export function present<T extends object>(value: T): T {
  for (const key in value) {
    if (value[key] === undefined) return withoutUndefined(value);
  }
  return value;
}

function withoutUndefined<T extends object>(value: T): T {
  const kept = {} as T;
  for (const key in value) {
    if (value[key] !== undefined) kept[key] = value[key];
  }
  return kept;
}
