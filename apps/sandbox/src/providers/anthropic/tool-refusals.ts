import type { Refusal } from '../../testing/refusal.js';

const tool = (name: string, more = {}) => ({ name, input_schema: { type: 'object' }, ...more });
const closed = (properties: object) => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const format = (schema: object) => ({ output_config: { format: { type: 'json_schema', schema } } });
const members = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, { type: 'string' }]));
const strictTools = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    tool(`f${i}`, { strict: true, input_schema: closed({}) }),
  );
const FORMAT_DOCS = 'Anthropic documentation, structured outputs: JSON schema limitations';

/** What Anthropic refuses of tools, their choice and the schema of an answer. */
export const TOOL_REFUSALS: Refusal[] = [
  {
    member: 'tools.0 of an unknown type',
    source: 'pydantic 2, union_tag_invalid; public logs quote it of tools.0',
    refused: { tools: [{ ...tool('f'), type: 'acme' }] },
    accepted: { tools: [{ ...tool('f'), type: 'custom' }] },
    words:
      "tools.0: Input tag 'acme' found using 'type' does not match any of the expected tags: " +
      "'bash_20250124', 'browser_toolset_20260801', 'code_execution_20250522', " +
      "'code_execution_20250825', 'code_execution_20260120', 'code_execution_20260521', " +
      "'computer_toolset_20260801', 'custom', 'memory_20250818', 'text_editor_20250124', " +
      "'text_editor_20250429', 'text_editor_20250728', 'tool_search_tool_bm25', " +
      "'tool_search_tool_bm25_20251119', 'tool_search_tool_regex', " +
      "'tool_search_tool_regex_20251119', 'web_fetch_20250910', 'web_fetch_20260209', " +
      "'web_fetch_20260309', 'web_fetch_20260318', 'web_search_20250305', " +
      "'web_search_20260209', 'web_search_20260318'",
  },
  {
    member: 'tools.0.custom.input_schema',
    source: 'anthropics/claude-code#5319',
    refused: { tools: [tool('f', { input_schema: { type: 'object', anyOf: [{}] } })] },
    accepted: {
      tools: [
        tool('f', {
          input_schema: { type: 'object', properties: { a: { anyOf: [{ type: 'string' }] } } },
        }),
      ],
    },
    words:
      'tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the ' +
      'top level',
  },
  ...(
    [
      ['Dokploy/mcp#74', { exclusiveMinimum: true, minimum: 0 }, { exclusiveMinimum: 0 }],
      ['anthropics/claude-code#586', { items: [{}, {}] }, { prefixItems: [{}, {}] }],
      [
        'anthropics/claude-code#8900, as draft 2020-12 has it',
        { required: null },
        { required: [] },
      ],
    ] as const
  ).map(([source, older, current]) => ({
    member: `tools.0.custom.input_schema: ${JSON.stringify(older)}`,
    source,
    refused: { tools: [tool('f', { input_schema: { type: 'object', properties: { a: older } } })] },
    accepted: {
      tools: [tool('f', { input_schema: { type: 'object', properties: { a: current } } })],
    },
    words:
      'tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft ' +
      '2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at ' +
      'https://docs.claude.com/en/docs/tool-use.',
  })),
  {
    member: 'tools.0.custom.input_schema, absent',
    source: 'Anthropic documentation, tool use: `input_schema` is required',
    refused: { tools: [{ name: 'f' }] },
    accepted: { tools: [tool('f')] },
    words: 'tools.0.custom.input_schema: Field required',
  },
  {
    member: 'tools.0.custom.input_schema.properties',
    source: 'beautyfree/appstore-connect-mcp#1',
    refused: {
      tools: [tool('f', { input_schema: { type: 'object', properties: { 'a[b]': {} } } })],
    },
    accepted: {
      tools: [tool('f', { input_schema: { type: 'object', properties: { 'a.b': {} } } })],
    },
    words:
      'tools.0.custom.input_schema.properties: Property keys should match pattern ' +
      "'^[a-zA-Z0-9_.-]{1,64}$'",
  },
  {
    member: 'tools.0.custom, strict',
    source: 'Anthropic documentation, strict tool use; public logs quote it',
    refused: {
      tools: [
        tool('f', { strict: true, input_schema: closed({ n: { type: 'integer', minimum: 1 } }) }),
      ],
    },
    accepted: {
      tools: [tool('f', { input_schema: closed({ n: { type: 'integer', minimum: 1 } }) })],
    },
    words: "tools.0.custom: For 'integer' type, property 'minimum' is not supported",
  },
  {
    member: 'output_config.format.schema: range of a number',
    source: 'laravel/ai#715, BerriAI/litellm#20813',
    refused: format(closed({ n: { type: 'integer', minimum: 1, maximum: 5 } })),
    accepted: format(closed({ n: { type: 'integer' } })),
    words:
      "output_config.format.schema: For 'integer' type, properties maximum, minimum are not " +
      'supported',
  },
  {
    member: 'output_config.format.schema: length of a string',
    source: FORMAT_DOCS,
    refused: format(closed({ s: { type: 'string', maxLength: 5 } })),
    accepted: format(closed({ s: { type: 'string', format: 'date' } })),
    words: "output_config.format.schema: For 'string' type, property 'maxLength' is not supported",
  },
  {
    member: 'output_config.format.schema: length of a list',
    source: `${FORMAT_DOCS}; BerriAI/litellm#21045`,
    refused: format(closed({ a: { type: 'array', items: { type: 'string' }, minItems: 2 } })),
    accepted: format(closed({ a: { type: 'array', items: { type: 'string' }, minItems: 1 } })),
    words:
      "output_config.format.schema: For 'array' type, 'minItems' values other than 0 or 1 are " +
      'not supported (got: 2)',
  },
  {
    member: 'output_config.format.schema: an open object',
    source: FORMAT_DOCS,
    refused: format({ type: 'object', properties: {} }),
    accepted: format(closed({})),
    words:
      "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly " +
      'set to false',
  },
  {
    member: 'output_config.format.schema: oneOf',
    source: `${FORMAT_DOCS}; public logs quote it`,
    refused: format(closed({ a: { oneOf: [{ type: 'string' }, { type: 'null' }] } })),
    accepted: format(closed({ a: { anyOf: [{ type: 'string' }, { type: 'null' }] } })),
    words: "output_config.format.schema: Schema type 'oneOf' is not supported",
  },
  {
    member: 'strict schemas: optional members',
    source: 'Anthropic documentation, structured outputs: 24 in all; genkit-ai/genkit#5230',
    refused: format(closed(members(25))),
    accepted: format(closed(members(24))),
    words:
      'Schema is too complex for compilation. Try reducing the number of tools or simplifying tool ' +
      'schemas.',
  },
  {
    member: 'strict tools',
    source: 'Anthropic documentation, structured outputs: 20 in a request; the same words',
    refused: { tools: strictTools(21) },
    accepted: { tools: strictTools(20) },
    words:
      'Schema is too complex for compilation. Try reducing the number of tools or simplifying tool ' +
      'schemas.',
  },
  {
    member: 'tools.0.custom.name',
    source: 'Anthropic documentation, tool use: `name` must match the pattern',
    refused: { tools: [tool('procurement.get')] },
    accepted: { tools: [tool('a'.repeat(128))] },
    words: "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
  },
  {
    member: 'tools: names',
    source: 'danny-avila/LibreChat#13162',
    refused: { tools: [tool('f'), tool('f')] },
    accepted: { tools: [tool('f'), tool('g')] },
    words: 'tools: Tool names must be unique.',
  },
  {
    member: 'tools: all deferred',
    source: 'Anthropic documentation, tool search: error handling; nearai/ironclaw#7274',
    refused: { tools: [tool('f', { defer_loading: true })] },
    accepted: {
      tools: [
        { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
        tool('f', { defer_loading: true }),
      ],
    },
    words: 'At least one tool must have defer_loading=false. All tools cannot be deferred.',
  },
  {
    member: 'tool_choice without tools',
    source: 'public logs quote it: "may only be specified while providing tools"',
    refused: { tool_choice: { type: 'auto' } },
    accepted: { tool_choice: { type: 'auto' }, tools: [tool('f')] },
    words: 'tool_choice.auto may only be specified while providing tools',
  },
  {
    member: 'tool_choice that forces, with thinking',
    source: 'Anthropic documentation, extended thinking with tool use',
    refused: {
      thinking: { type: 'adaptive' },
      tools: [tool('f')],
      tool_choice: { type: 'any' },
    },
    accepted: {
      thinking: { type: 'adaptive' },
      tools: [tool('f')],
      tool_choice: { type: 'auto' },
    },
    words: 'Thinking may not be enabled when tool_choice forces tool use.',
  },
];
