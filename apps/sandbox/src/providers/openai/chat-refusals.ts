import type { Refusal } from '../../testing/refusal.js';

const user = (content: unknown) => ({ role: 'user', content });
const call = (id: string, more = {}) => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: '{}' },
  ...more,
});
const assistant = (...calls: object[]) => ({ role: 'assistant', content: null, tool_calls: calls });
const answer = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'ok' });
const tool = (parameters: unknown, more = {}) => ({
  type: 'function',
  function: { name: 'f', parameters, ...more },
});
const NONE = { type: 'object', properties: {} };

/** What OpenAI refuses on chat completions. */
export const CHAT_REFUSALS: Refusal[] = [
  {
    member: 'thinking',
    source: 'OpenAI error guide: unknown_parameter; pjq/sap-ai-core-llm-proxy#22',
    refused: { reasoning: { effort: 'low' } },
    accepted: { reasoning_effort: 'low' },
    words: "Unknown parameter: 'reasoning'.",
    code: 'unknown_parameter',
  },
  {
    member: 'messages[0].content[0].cache_control',
    source: 'quoted by users of @langchain/openai with gpt-5 models',
    refused: {
      messages: [user([{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }])],
    },
    accepted: { messages: [user([{ type: 'text', text: 'x' }])] },
    words: "Unknown parameter: 'messages[0].content[0].cache_control'.",
    code: 'unknown_parameter',
  },
  {
    member: 'messages[1].reasoning_content',
    source: 'openai 7.59 types: an assistant message has no such member',
    refused: {
      messages: [user('x'), { role: 'assistant', content: 'a', reasoning_content: 'r' }, user('y')],
    },
    accepted: { messages: [user('x'), { role: 'assistant', content: 'a' }, user('y')] },
    words: "Unknown parameter: 'messages[1].reasoning_content'.",
    code: 'unknown_parameter',
  },
  {
    member: 'messages[1].tool_calls[0].index',
    source: 'labring/FastGPT documentation, frequent errors of tool calls',
    refused: { messages: [user('x'), assistant(call('a', { index: 0 })), answer('a')] },
    accepted: { messages: [user('x'), assistant(call('a')), answer('a')] },
    words: "Unknown parameter: 'messages[1].tool_calls[0].index'.",
    code: 'unknown_parameter',
  },
  {
    member: 'messages[0].content[0].type',
    source: 'neuron-core/neuron-ai#76, of the same check',
    refused: { messages: [user([{ type: 'input_text', text: 'x' }])] },
    accepted: { messages: [user([{ type: 'text', text: 'x' }])] },
    words:
      "Invalid value: 'input_text'. Supported values are: 'text', 'image_url', 'input_audio', " +
      "and 'file'.",
    code: 'invalid_value',
  },
  {
    member: 'tools[0].type',
    source: 'OpenAI documentation, web search: not on chat completions',
    refused: { tools: [{ type: 'web_search' }] },
    accepted: { tools: [tool(NONE)] },
    words: "Invalid value: 'web_search'. Supported values are: 'function' and 'custom'.",
    code: 'invalid_value',
  },
  {
    member: 'tools, empty',
    source: 'public logs quote it: "empty_array"',
    refused: { tools: [] },
    accepted: {},
    words:
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty " +
      'array instead.',
    code: 'empty_array',
  },
  {
    member: 'messages[1].tool_calls, empty',
    source: 'openai/openai-node#1341',
    refused: { messages: [user('x'), { role: 'assistant', content: 'y', tool_calls: [] }] },
    accepted: { messages: [user('x'), { role: 'assistant', content: 'y' }] },
    words:
      "Invalid 'messages[1].tool_calls': empty array. Expected an array with minimum length 1, " +
      'but got an empty array instead.',
    code: 'empty_array',
  },
  ...['tool_choice', 'parallel_tool_calls'].map((member) => ({
    member: `${member} without tools`,
    source: 'writer/writer-framework#1013',
    refused: { [member]: member === 'tool_choice' ? 'auto' : true },
    accepted: { [member]: member === 'tool_choice' ? 'auto' : true, tools: [tool(NONE)] },
    words: `Invalid value for '${member}': '${member}' is only allowed when 'tools' are specified.`,
  })),
  {
    member: 'tools[0].function.parameters: properties',
    source: 'diegosouzapw/OmniRoute#1898, caozhiyuan/copilot-api#131',
    refused: { tools: [tool({ type: 'object' })] },
    accepted: { tools: [tool(NONE)] },
    words: "Invalid schema for function 'f': In context=(), object schema missing properties.",
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].function.parameters: type',
    source: 'chatanywhere/GPT_API_free#403',
    refused: { tools: [tool({})] },
    accepted: { tools: [{ type: 'function', function: { name: 'f' } }] },
    words:
      "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"', got " +
      '\'type: "None"\'.',
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].function.parameters: a tuple',
    source: 'PrefectHQ/fastmcp#2464, AnswerDotAI/fastcore#798',
    refused: {
      tools: [tool({ ...NONE, properties: { a: { type: 'array', prefixItems: [{}] } } })],
    },
    accepted: {
      tools: [
        tool({ ...NONE, properties: { a: { type: 'array', prefixItems: [{}], items: {} } } }),
      ],
    },
    words:
      "Invalid schema for function 'f': In context=('properties', 'a'), array schema missing items.",
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].function.parameters: combinations',
    source: 'langchain-ai/langchainjs#9804, nspady/google-calendar-mcp#39',
    refused: { tools: [tool({ ...NONE, anyOf: [{ required: ['a'] }] })] },
    accepted: {
      tools: [tool({ type: 'object', properties: { a: { anyOf: [{ type: 'string' }] } } })],
    },
    words:
      "Invalid schema for function 'f': schema must have type 'object' and not have " +
      "'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].function.parameters: items',
    source: 'quoted by many MCP servers: "array schema missing items"',
    refused: { tools: [tool({ type: 'object', properties: { a: { type: 'array' } } })] },
    accepted: {
      tools: [tool({ type: 'object', properties: { a: { type: 'array', items: {} } } })],
    },
    words:
      "Invalid schema for function 'f': In context=('properties', 'a'), array schema missing " +
      'items.',
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].function, strict',
    source: 'OpenAI documentation, structured outputs: supported schemas',
    refused: { tools: [tool(NONE, { strict: true })] },
    accepted: { tools: [tool({ ...NONE, additionalProperties: false }, { strict: true })] },
    words:
      "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be " +
      'supplied and to be false.',
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].function.name',
    source: 'openai 7.59 types, FunctionDefinition.name',
    refused: { tools: [{ type: 'function', function: { name: 'a.b' } }] },
    accepted: { tools: [{ type: 'function', function: { name: 'a_b' } }] },
    words:
      "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that " +
      "matches the pattern '^[a-zA-Z0-9_-]+$'.",
    code: 'invalid_value',
  },
  {
    member: 'a tool message without its call',
    source: 'quoted by users of the openai SDKs: "must be a response to a preceeding message"',
    refused: { messages: [user('x'), answer('a')] },
    accepted: { messages: [user('x'), assistant(call('a')), { ...answer('a'), name: 'f' }] },
    words:
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message " +
      "with 'tool_calls'.",
  },
  {
    member: 'a call without its tool message',
    source: 'quoted by users of the openai SDKs: "must be followed by tool messages"',
    refused: { messages: [user('x'), assistant(call('a'), call('b')), answer('a'), user('y')] },
    accepted: {
      messages: [user('x'), assistant(call('a'), call('b')), answer('b'), answer('a'), user('y')],
    },
    words:
      "An assistant message with 'tool_calls' must be followed by tool messages responding to " +
      "each 'tool_call_id'. The following tool_call_ids did not have response messages: b",
  },
  {
    member: 'response_format.json_schema.name',
    source: 'openai 7.59 types, ResponseFormatJSONSchema',
    refused: { response_format: { type: 'json_schema', json_schema: { schema: NONE } } },
    accepted: {
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: NONE } },
    },
    words: "Missing required parameter: 'response_format.json_schema.name'.",
    code: 'missing_required_parameter',
  },
  {
    member: 'metadata',
    source: 'OpenAI documentation, metadata; quoted by users: "only allowed when \'store\'"',
    refused: { metadata: { a: 'b' } },
    accepted: { metadata: { a: 'b' }, store: true },
    words: "The 'metadata' parameter is only allowed when 'store' is enabled.",
  },
  {
    member: 'stream_options',
    source: 'openai 7.59 types: only set this when you set `stream: true`',
    refused: { stream_options: { include_usage: true } },
    accepted: { stream_options: { include_usage: true }, stream: true },
    words: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
  },
  {
    member: 'stop',
    source: 'openai 7.59 types: up to 4 sequences',
    refused: { stop: ['a', 'b', 'c', 'd', 'e'] },
    accepted: { stop: ['a', 'b', 'c', 'd'] },
    words:
      "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array " +
      'with length 5 instead.',
    code: 'array_above_max_length',
  },
  {
    member: 'top_logprobs',
    source: 'openai 7.59 types: between 0 and 20',
    refused: { logprobs: true, top_logprobs: 1000 },
    accepted: { logprobs: true, top_logprobs: 20 },
    words:
      "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got 1000 " +
      'instead.',
    code: 'integer_above_max_value',
  },
  {
    member: 'verbosity',
    source: 'openai 7.59 types',
    refused: { verbosity: 'enormous' },
    accepted: { verbosity: 'low' },
    words: "Invalid value: 'enormous'. Supported values are: 'low', 'medium', and 'high'.",
    code: 'invalid_value',
  },
  ...(
    [
      ['temperature', 'hot', 'expected a decimal, but got a string instead'],
      ['seed', 1.5, 'expected an integer, but got a decimal instead'],
      ['store', 'true', 'expected a boolean, but got a string instead'],
      ['user', 1, 'expected a string, but got an integer instead'],
      ['logit_bias', [], 'expected an object, but got an array instead'],
      ['stop', {}, 'expected one of a string or an array, but got an object instead'],
    ] as const
  ).map(([member, value, words]) => ({
    member: `${member}: ${JSON.stringify(value)}`,
    source: 'OpenAI community, invalid_type: "expected a decimal, but got a string instead"',
    refused: { [member]: value },
    accepted: { [member]: null },
    words: `Invalid type for '${member}': ${words}.`,
    code: 'invalid_type',
  })),
];
