const MAX_CHARS = 200;
const MAX_MEMBERS = 8;
const MAX_DEPTH = 4;

/** A JSON value as Python prints it, cut where it is long or deep. */
export function pythonRepr(value: unknown): string {
  const written = write(value, 0);
  return written.length > MAX_CHARS ? `${written.slice(0, MAX_CHARS)}...` : written;
}

function write(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return `'${value.slice(0, MAX_CHARS)}'`;
  if (typeof value !== 'object') return JSON.stringify(value);
  if (depth === MAX_DEPTH) return '...';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_MEMBERS) as unknown[];
    return `[${items.map((item) => write(item, depth + 1)).join(', ')}]`;
  }
  const members = Object.entries(value).slice(0, MAX_MEMBERS);
  return `{${members.map(([name, item]) => `'${name}': ${write(item, depth + 1)}`).join(', ')}}`;
}
