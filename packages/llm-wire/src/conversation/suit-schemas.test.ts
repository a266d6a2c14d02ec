import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { CLAUDE, GPT, KIMI, translate } from '../testing/translations.js';
import { answerWithCalls } from '../testing/upstream-calls.js';
import type { WireFormat } from '../wire-format.js';

const NATIVE = { ...CLAUDE, structuredOutput: 'native' as const };
const input = 'x';
const text = { type: 'string' };

function toolWith(parameters: object, more = {}): object {
  return { input, tools: [{ type: 'function', name: 'f', parameters, ...more }] };
}

function sentTool(body: object, upstream: typeof CLAUDE, from: WireFormat = 'responses') {
  const { sent, ignored, context } = translate(from, body, upstream);
  const [tool] = sent['tools'] as JsonObject[];
  return { schema: tool!['input_schema'] ?? tool!['parameters'], tool: tool!, ignored, context };
}

describe.each([CLAUDE, GPT])('parameters to $format', (upstream) => {
  it('are one object where they are alternatives, which the description tells', () => {
    const parameters = {
      type: 'object',
      properties: { id: text },
      required: ['id'],
      anyOf: [
        { properties: { kind: { const: 'a' }, x: text }, required: ['kind', 'x'] },
        { $ref: '#/$defs/b' },
      ],
      $defs: { b: { properties: { kind: { const: 'b' } }, required: ['kind'] } },
    };
    expect(sentTool(toolWith(parameters), upstream).schema).toEqual({
      type: 'object',
      properties: { id: text, kind: { anyOf: [{ const: 'a' }, { const: 'b' }] }, x: text },
      required: ['id', 'kind'],
      $defs: parameters.$defs,
      description: `{anyOf: ${JSON.stringify(parameters.anyOf)}}`,
    });
  });

  it('have all that every part demands where they are a conjunction', () => {
    const allOf = [
      { properties: { a: text }, required: ['a'] },
      { properties: { b: text }, required: ['b'] },
    ];
    expect(sentTool(toolWith({ allOf }), upstream).schema).toMatchObject({
      type: 'object',
      properties: { a: text, b: text },
      required: ['a', 'b'],
    });
  });

  it('are in the current draft, and without nulls', () => {
    const pair = [text, { type: 'number' }];
    const properties = {
      ttl: { type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 9 },
      old: { type: 'integer', maximum: 5, exclusiveMaximum: false, required: true },
      tuple: { type: 'array', items: pair, additionalItems: false },
      size: { type: 'array', prefixItems: [text, text], maxItems: 2 },
      none: { type: 'string', enum: [], description: null, default: null },
    };
    const parameters = { type: 'object', properties, required: null };
    expect(sentTool(toolWith(parameters), upstream).schema).toEqual({
      type: 'object',
      properties: {
        ttl: { type: 'integer', exclusiveMinimum: 0, maximum: 9 },
        old: { type: 'integer', maximum: 5 },
        tuple: { type: 'array', prefixItems: pair, items: { anyOf: pair } },
        size: { ...properties.size, items: text },
        none: { type: 'string', default: null },
      },
    });
  });

  it('are the definition that they refer to', () => {
    const definitions = { a: { type: 'object', properties: { x: text }, required: ['x'] } };
    const parameters = { $ref: '#/definitions/a', definitions, description: 'd' };
    expect(sentTool(toolWith(parameters), upstream).schema).toEqual({
      ...definitions.a,
      definitions,
      description: 'd',
    });
  });

  it('say what lists hold, and have properties', () => {
    const properties = { a: { type: 'array' }, b: { type: 'array', items: { type: 'array' } } };
    expect(sentTool(toolWith({ properties }), upstream).schema).toEqual({
      type: 'object',
      properties: {
        a: { type: 'array', items: {} },
        b: { type: 'array', items: { type: 'array', items: {} } },
      },
    });
    expect(sentTool(toolWith({}), upstream).schema).toEqual({ type: 'object', properties: {} });
  });
});

const bounded = {
  type: 'object',
  properties: {
    n: { type: 'integer', minimum: 1, maximum: 5, description: 'How many.' },
    s: { type: 'string', maxLength: 5, format: 'date', pattern: '^x' },
    a: { type: 'array', items: text, minItems: 2, uniqueItems: true },
    o: { oneOf: [text, { type: 'null' }] },
  },
  required: ['n'],
};
const subset = {
  type: 'object',
  properties: {
    n: { type: 'integer', description: 'How many.\n\n{minimum: 1, maximum: 5}' },
    s: { type: 'string', format: 'date', description: '{maxLength: 5, pattern: "^x"}' },
    a: { type: 'array', items: text, description: '{minItems: 2, uniqueItems: true}' },
    o: { anyOf: [text, { type: 'null' }] },
  },
  required: ['n'],
  additionalProperties: false,
};

describe('a strict schema to Anthropic', () => {
  it('tells in descriptions what cannot be enforced', () => {
    const { schema, tool, ignored } = sentTool(toolWith(bounded, { strict: true }), CLAUDE);
    expect([schema, tool['strict'], ignored]).toEqual([subset, true, []]);
    const format = { type: 'json_schema', name: 'o', schema: bounded, strict: true };
    const { sent } = translate('responses', { input, text: { format } }, NATIVE);
    expect(sent['output_config']).toEqual({ format: { type: 'json_schema', schema: subset } });
  });

  it('stays as it is where it is not strict', () => {
    expect(sentTool(toolWith(bounded, { strict: false }), CLAUDE).schema).toEqual(bounded);
  });

  const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };
  const of = (properties: object) => ({ type: 'object', properties, additionalProperties: false });
  it.each([
    ['a map', of({ m: { type: 'object', additionalProperties: text } })],
    ['any object', of({ m: { type: 'object', patternProperties: { '^x': text } } })],
    ['anything', of({ m: {} })],
    ['a list of anything', of({ m: { type: 'array' } })],
    ['recursion', { ...of({ m: { $ref: '#/$defs/node' } }), $defs: { node } }],
    ['a reference outside', of({ m: { $ref: 'https://example.com/x' } })],
    [
      'too many optional members',
      of(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`m${i}`, text]))),
    ],
  ])('is not enforced, and named, where it has %s', (_what, schema) => {
    const { tool, ignored } = sentTool(toolWith(schema, { strict: true }), CLAUDE);
    expect([tool['strict'], ignored]).toEqual([undefined, ['tools.strict']]);
    const format = { type: 'json_schema', name: 'o', schema, strict: true };
    const { sent, context } = translate('responses', { input, text: { format } }, NATIVE);
    expect([sent['output_config'], context.outputTool]).toEqual([undefined, 'structured_output']);
  });

  it('is one of 20 at most', () => {
    const tools = Array.from({ length: 22 }, (_, i) => {
      return { type: 'function', name: `f${i}`, parameters: of({}), strict: true };
    });
    const { sent, ignored } = translate('responses', { input, tools }, CLAUDE);
    const strict = (sent['tools'] as JsonObject[]).filter((tool) => tool['strict'] === true);
    expect([strict.length, ignored]).toEqual([20, ['tools.strict']]);
  });
});

describe('keys that Anthropic does not take', () => {
  const body = {
    ...toolWith({
      type: 'object',
      properties: { 'a[b]': text, $x: text, c: text },
      required: ['$x'],
    }),
    input: [
      { role: 'user', content: 'x' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"$x":"1","c":{"$x":2}}' },
      { type: 'function_call_output', call_id: 'c', output: 'ok' },
    ],
  };

  it('are replaced in the schema and in the history', () => {
    const { schema } = sentTool(body, CLAUDE);
    const { properties, required } = schema as { properties: object; required: string[] };
    const keys = Object.keys(properties);
    expect(keys.every((key) => /^[a-zA-Z0-9_.-]{1,64}$/.test(key))).toBe(true);
    expect([keys.length, keys[2]]).toEqual([3, 'c']);
    expect(required).toEqual([keys[1]]);
    const { sent } = translate('responses', body, CLAUDE);
    const [, called] = sent['messages'] as Array<{ content: JsonObject[] }>;
    expect(called!.content[0]!['input']).toEqual({ [keys[1]!]: '1', c: { $x: 2 } });
  });

  it('come back as the caller has them, whole and streamed', () => {
    const { schema, context } = sentTool(body, CLAUDE);
    const [ab, x] = Object.keys((schema as { properties: object }).properties);
    const given = JSON.stringify({ [x!]: `"${ab}":`, c: [{ [ab!]: 1 }], [ab!]: { [x!]: '\\"' } });
    const { whole, frames } = answerWithCalls('messages', 'responses', context, [
      { name: 'f', input: given },
    ]);
    const restored = { $x: `"${ab}":`, c: [{ [ab!]: 1 }], 'a[b]': { [x!]: '\\"' } };
    const [call] = whole['output'] as JsonObject[];
    expect(JSON.parse(String(call!['arguments']))).toEqual(restored);
    const done = frames.find(({ type }) => type === 'response.function_call_arguments.done');
    expect(JSON.parse(String(done!['arguments']))).toEqual(restored);
  });
});

describe('a strict schema of a Claude caller to OpenAI', () => {
  const messages = [{ role: 'user', content: 'x' }];
  const strict = (schema: object) => ({
    max_tokens: 9,
    messages,
    tools: [{ name: 'f', strict: true, input_schema: schema }],
    output_config: { format: { type: 'json_schema', schema } },
  });
  const formatOf = (sent: JsonObject) =>
    (sent['text'] as { format: { strict: boolean; schema: JsonObject } }).format;

  it('is closed, and enforced where every member is required', () => {
    const schema = { type: 'object', properties: { a: text }, required: ['a'] };
    const { sent, ignored } = translate('messages', strict(schema), GPT);
    const closed = { ...schema, additionalProperties: false };
    expect(sent['tools']).toMatchObject([{ strict: true, parameters: closed }]);
    expect(formatOf(sent)).toMatchObject({ strict: true, schema: closed });
    expect(ignored).toEqual([]);
  });

  it('is not enforced, and named, where a member is optional', () => {
    const schema = { type: 'object', properties: { a: text }, additionalProperties: false };
    const { sent, ignored } = translate('messages', strict(schema), GPT);
    expect(sent['tools']).toMatchObject([{ strict: false, parameters: schema }]);
    expect(formatOf(sent)).toMatchObject({ strict: false, schema });
    expect(ignored).toEqual(['tools.strict', 'output_config.format.strict']);
  });
});

describe('servers of open models', () => {
  it('take any schema', () => {
    const parameters = { type: 'object', properties: { $x: { type: 'array' } }, anyOf: [{}] };
    const { sent } = translate('responses', toolWith(parameters, { strict: true }), KIMI);
    expect(sent['tools']).toMatchObject([{ function: { parameters, strict: true } }]);
  });
});
