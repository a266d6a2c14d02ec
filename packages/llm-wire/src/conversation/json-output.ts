import type { Fields } from './fields.js';
import type { OutputFormat } from './request.js';

/** `json_object`; with a schema beside it, as some clients write it, what is meant is that schema. */
export function jsonOutput(format: Fields): OutputFormat {
  const schema = format.child('schema')?.object;
  if (schema === undefined) return { type: 'json_object' };
  return { type: 'json_schema', name: 'output', schema, strict: false };
}
