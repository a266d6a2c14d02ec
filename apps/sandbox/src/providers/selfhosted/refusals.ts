import type { Refusal } from '../../testing/refusal.js';

const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
const calling = (input: string) => [
  { role: 'user', content: 'x' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: input } }],
  },
  { role: 'tool', tool_call_id: 'a', content: 'y' },
];
const MODEL_VALIDATORS = "vLLM's ChatCompletionRequest, its model validators";
const SAMPLING_PARAMS = "vLLM's SamplingParams; vllm-project/vllm#31870 quotes the message";

function validation(type: string, loc: string, msg: string, input: string): string {
  return `1 validation error:\n  {'type': '${type}', 'loc': (${loc}), 'msg': '${msg}', 'input': ${input}}`;
}
const together = (msg: string) => validation('value_error', "'body',", `Value error, ${msg}`, '{}');

/** What vLLM refuses on chat completions. */
export const SELFHOSTED_REFUSALS: Refusal[] = [
  {
    member: 'tool_choice without tools',
    source: `${MODEL_VALIDATORS}; router-for-me/CLIProxyAPI#4491`,
    refused: { tool_choice: 'auto' },
    accepted: { tool_choice: 'none' },
    words: together('When using `tool_choice`, `tools` must be set.'),
  },
  {
    member: 'tool_choice with an empty list of tools',
    source: 'vllm-project/vllm#21052',
    refused: { tool_choice: 'required', tools: [] },
    accepted: { tool_choice: 'required', tools: [tool] },
    words: together('When using `tool_choice`, `tools` must be set.'),
  },
  {
    member: 'tool_choice of a tool that is not there',
    source: MODEL_VALIDATORS,
    refused: { tool_choice: { type: 'function', function: { name: 'g' } }, tools: [tool] },
    accepted: { tool_choice: { type: 'function', function: { name: 'f' } }, tools: [tool] },
    words: together(
      'The tool specified in `tool_choice` does not match any of the specified `tools`',
    ),
  },
  {
    member: 'stream_options',
    source: 'vllm-project/vllm#31870',
    refused: { stream_options: { include_usage: true } },
    accepted: { stream_options: { include_usage: true }, stream: true },
    words: together(
      'Stream options can only be defined when `stream=True`. (parameter=stream_options)',
    ),
  },
  {
    member: 'top_logprobs',
    source: MODEL_VALIDATORS,
    refused: { top_logprobs: 2 },
    accepted: { top_logprobs: 2, logprobs: true },
    words: together('when using `top_logprobs`, `logprobs` must be set to true.'),
  },
  {
    member: 'prompt and cap',
    source: 'vllm-project/vllm#42474',
    refused: { max_tokens: 262_144 },
    accepted: { max_tokens: 262_000 },
    words:
      "This model's maximum context length is 262144 tokens. However, you requested 262148 " +
      'tokens (4 in the messages, 262144 in the completion). Please reduce the length of the ' +
      'messages or completion.',
  },
  {
    member: 'messages[0].content[0]',
    source: 'vllm-project/vllm#28385',
    refused: { messages: [{ role: 'user', content: [{ type: 'video', video: 'x' }] }] },
    accepted: { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] },
    words: 'Unknown part type: video',
  },
  {
    member: 'messages[1].tool_calls[0].function.arguments',
    source: 'vllm-project/vllm#47761, #43995',
    refused: { messages: calling('{"value": ') },
    accepted: { messages: calling('{"value": 1}') },
    words: 'Expecting value: line 1 column 11 (char 10)',
  },
  {
    member: 'tools[0].type',
    source: "vLLM's ChatCompletionToolsParam: function alone",
    refused: { tools: [{ type: 'custom', function: { name: 'f' } }] },
    accepted: { tools: [tool] },
    words: validation(
      'literal_error',
      "'body', 'tools', 0, 'type'",
      "Input should be 'function'",
      "'custom'",
    ),
  },
  {
    member: 'temperature, negative',
    source: SAMPLING_PARAMS,
    refused: { temperature: -1 },
    accepted: { temperature: 0 },
    words: 'temperature must be non-negative, got -1.',
  },
  {
    member: 'top_p, above 1',
    source: SAMPLING_PARAMS,
    refused: { top_p: 2 },
    accepted: { top_p: 1 },
    words: 'top_p must be in (0, 1], got 2.',
  },
  {
    member: 'presence_penalty, above 2',
    source: SAMPLING_PARAMS,
    refused: { presence_penalty: 3 },
    accepted: { presence_penalty: -2 },
    words: 'presence_penalty must be in [-2, 2], got 3.',
  },
  {
    member: 'a member that vLLM does not know',
    source: "vLLM's OpenAIBaseModel: extra members are allowed",
    refused: { temperature: [] },
    accepted: { cache_control: { type: 'ephemeral' }, temperature: '0.5' },
    words: validation(
      'float_type',
      "'body', 'temperature'",
      'Input should be a valid number',
      '[]',
    ),
  },
  ...(
    [
      [
        'temperature',
        'hot',
        'float_parsing',
        'Input should be a valid number, unable to parse string as a number',
      ],
      [
        'seed',
        1.5,
        'int_from_float',
        'Input should be a valid integer, got a number with a fractional part',
      ],
      [
        'n',
        'two',
        'int_parsing',
        'Input should be a valid integer, unable to parse string as an integer',
      ],
      [
        'parallel_tool_calls',
        'maybe',
        'bool_parsing',
        'Input should be a valid boolean, unable to interpret input',
      ],
      ['user', 1, 'string_type', 'Input should be a valid string'],
      ['messages', 'hello', 'list_type', 'Input should be a valid list'],
    ] as const
  ).map(([member, value, type, msg]) => ({
    member: `${member}: ${JSON.stringify(value)}`,
    source: 'pydantic 2 under FastAPI, as vLLM answers it',
    refused: { [member]: value },
    accepted: {},
    words: validation(
      type,
      `'body', '${member}'`,
      msg,
      typeof value === 'string' ? `'${value}'` : String(value),
    ),
  })),
];
