import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { WireFormat } from '../wire-format.js';
import { requestSchema } from './json-schema.js';
import { checkRequest } from './request-shapes.js';

const values = [null, true, 0, 1, 1.5, -101, 1e9, 'x', 'auto', 'low', [], ['x'], [{}], {}];
const objects = [
  { type: 'function' },
  { type: 'function', name: 'f', function: { name: 'f' } },
  { type: 'function', function: {} },
  { type: 'custom', name: 'c' },
  { type: 'json_schema', json_schema: { name: 's', schema: {} }, schema: {} },
  { type: 'text' },
  { type: 'never heard of' },
  { type: 7 },
  { effort: 'high', include_usage: true },
  { effort: 'much', include_usage: 1 },
  { name: 'f', input_schema: {} },
  { type: 'enabled', budget_tokens: 0 },
];
const candidates = [...values, ...objects, ...objects.map((each) => [each])];
const members: Readonly<Record<WireFormat, readonly string[]>> = {
  chat: ['messages', 'stop', 'tools', 'tool_choice', 'response_format', 'stream_options', 'n'],
  responses: ['input', 'tools', 'tool_choice', 'text', 'reasoning', 'truncation', 'include'],
  messages: ['system', 'tools', 'tool_choice', 'thinking', 'metadata', 'top_k', 'output_config'],
};
const shared = ['temperature', 'stream', 'metadata', 'service_tier', 'max_tokens', 'unknown'];

describe.each(['chat', 'responses', 'messages'] as const)('the schema of %s', (format) => {
  const takes = new Ajv2020({ strict: false }).compile(requestSchema(format, []));

  it.each([...members[format], ...shared])('takes of %s what the check takes', (name) => {
    for (const value of candidates) {
      const body = { [name]: value };
      let checked = true;
      try {
        checkRequest(format, body);
      } catch {
        checked = false;
      }
      expect({ body, taken: takes(body) }).toEqual({ body, taken: checked });
    }
  });

  it('wants what a request must have', () => {
    const schema = requestSchema(format, ['model']);
    expect(new Ajv2020({ strict: false }).validate(schema, {})).toBe(false);
    expect(new Ajv2020({ strict: false }).validate(schema, { model: 'kimi-k2.5' })).toBe(true);
  });
});
