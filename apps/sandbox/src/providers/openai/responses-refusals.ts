import type { Refusal } from '../../testing/refusal.js';

const NONE = { type: 'object', properties: {} };
const tool = (more = {}) => ({ type: 'function', name: 'f', parameters: NONE, ...more });
const call = (call_id: string, more = {}) => ({
  type: 'function_call',
  call_id,
  name: 'f',
  arguments: '{}',
  ...more,
});
const output = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'ok' });
const user = (content: unknown) => ({ role: 'user', content });
const allowed = (name: string) => ({
  type: 'allowed_tools',
  mode: 'auto',
  tools: [{ type: 'function', name }],
});

/** What OpenAI refuses on responses. */
export const RESPONSES_REFUSALS: Refusal[] = [
  {
    member: 'stop',
    source: 'openai 7.59 types: no such member of a response',
    refused: { stop: ['x'] },
    accepted: { metadata: { a: 'b' } },
    words: "Unknown parameter: 'stop'.",
    code: 'unknown_parameter',
  },
  {
    member: 'input[0].content[0].cache_control',
    source: 'openai 7.59 types; quoted by users of GitHub Copilot as upstream',
    refused: { input: [user([{ type: 'input_text', text: 'x', cache_control: {} }])] },
    accepted: { input: [user([{ type: 'input_text', text: 'x' }])] },
    words: "Unknown parameter: 'input[0].content[0].cache_control'.",
    code: 'unknown_parameter',
  },
  {
    member: 'input[0].parsed_arguments',
    source: 'openai 7.59 types: the SDK adds it to what it parsed, the API has no such member',
    refused: { input: [call('a', { parsed_arguments: {} }), output('a')] },
    accepted: { input: [call('a', { id: 'fc_1', status: 'completed' }), output('a')] },
    words: "Unknown parameter: 'input[0].parsed_arguments'.",
    code: 'unknown_parameter',
  },
  {
    member: 'input[0].type',
    source: 'openai 7.59 types, ResponseInputItem; "Supported values are: \'message\'" is quoted',
    refused: { input: [{ type: 'acme:thing' }] },
    accepted: { input: [{ type: 'message', ...user('x') }] },
    words:
      "Invalid value: 'acme:thing'. Supported values are: 'message', 'function_call', " +
      "'function_call_output', 'custom_tool_call', 'custom_tool_call_output', 'reasoning', " +
      "'compaction', 'compaction_trigger', 'item_reference', 'apply_patch_call', " +
      "'apply_patch_call_output', 'shell_call', 'shell_call_output', 'local_shell_call', " +
      "'local_shell_call_output', 'tool_search_call', 'tool_search_output', 'additional_tools', " +
      "'configuration_update', 'computer_call', 'computer_call_output', 'file_search_call', " +
      "'web_search_call', 'image_generation_call', 'code_interpreter_call', 'mcp_list_tools', " +
      "'mcp_approval_request', 'mcp_approval_response', 'mcp_call', 'program', and " +
      "'program_output'.",
    code: 'invalid_value',
  },
  {
    member: 'input[0].content[0].type',
    source: 'openai/openai-node#1778: no video; the words as quoted for `text`',
    refused: { input: [user([{ type: 'input_video', video_url: 'x' }])] },
    accepted: { input: [user([{ type: 'input_text', text: 'x' }])] },
    words:
      "Invalid value: 'input_video'. Supported values are: 'input_text', 'input_image', " +
      "'output_text', 'refusal', and 'input_file'.",
    code: 'invalid_value',
  },
  {
    member: 'input[0].role',
    source: 'openai 7.59 types, EasyInputMessage',
    refused: { input: [{ role: 'tool', content: 'x' }] },
    accepted: { input: [{ role: 'developer', content: 'x' }] },
    words:
      "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and " +
      "'user'.",
    code: 'invalid_value',
  },
  {
    member: 'input[0].encrypted_content',
    source: 'router-for-me/CLIProxyAPI#1584',
    refused: {
      input: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'foreign' }],
    },
    accepted: { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }, user('x')] },
    words: 'The encrypted content for item rs_1 could not be verified.',
    code: 'invalid_encrypted_content',
  },
  {
    member: 'input[0].encrypted_content of a compaction',
    source: 'openai 7.59 types, ResponseCompactionItemParam; the same check',
    refused: { input: [{ type: 'compaction', id: 'cmp_1', encrypted_content: 'foreign' }] },
    accepted: { input: [user('x')] },
    words: 'The encrypted content for item cmp_1 could not be verified.',
    code: 'invalid_encrypted_content',
  },
  {
    member: 'an output without its call',
    source: 'continuedev/continue#10092',
    refused: { input: [user('x'), output('a')] },
    accepted: { input: [user('x'), call('a'), output('a')] },
    words: 'No tool call found for function call output with call_id a.',
  },
  {
    member: 'a call without its output',
    source: 'symgraph/GhidrAssist#78',
    refused: { input: [user('x'), call('a'), user('y')] },
    accepted: { input: [user('x'), call('a'), user('y'), output('a')] },
    words: 'No tool output found for function call a.',
  },
  {
    member: 'input[0].call_id',
    source: 'AnswerDotAI/fastllm#45',
    refused: { input: [call('a'.repeat(65)), output('a'.repeat(65))] },
    accepted: { input: [call('a'.repeat(64)), output('a'.repeat(64))] },
    words:
      "Invalid 'input[0].call_id': string too long. Expected a string with maximum length 64, " +
      'but got a string with length 65 instead.',
    code: 'string_above_max_length',
  },
  {
    member: 'item_reference',
    source: 'public logs quote it: "Items are not persisted"',
    status: 404,
    refused: { input: [{ type: 'item_reference', id: 'rs_1' }] },
    accepted: { input: [user('x')] },
    words:
      "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false. Try " +
      'again with `store` set to true, or remove this item from your input.',
  },
  {
    member: 'tools[0].type',
    source: 'openai 7.59 types, Tool',
    refused: { tools: [{ type: 'acme:search' }] },
    accepted: { tools: [tool()] },
    words:
      "Invalid value: 'acme:search'. Supported values are: 'function', 'custom', 'namespace', " +
      "'tool_search', 'apply_patch', 'shell', 'local_shell', 'file_search', 'computer', " +
      "'computer_use_preview', 'web_search', 'web_search_2025_08_26', 'web_search_preview', " +
      "'web_search_preview_2025_03_11', 'mcp', 'code_interpreter', 'image_generation', and " +
      "'programmatic_tool_calling'.",
    code: 'invalid_value',
  },
  {
    member: 'tools[0].name',
    source: 'diegosouzapw/OmniRoute#2390',
    refused: { tools: [{ type: 'function', function: { name: 'f' } }] },
    accepted: { tools: [tool()] },
    words: "Missing required parameter: 'tools[0].name'.",
    code: 'missing_required_parameter',
  },
  {
    member: 'tools[0].parameters: properties',
    source: 'diegosouzapw/OmniRoute#1898, inboxapi/cli#106',
    refused: { tools: [tool({ parameters: { type: 'object' } })] },
    accepted: { tools: [tool()] },
    words: "Invalid schema for function 'f': In context=(), object schema missing properties.",
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools[0].parameters: required, strict',
    source: 'OpenAI documentation, structured outputs; CherryHQ/cherry-studio#12407',
    refused: {
      tools: [
        tool({
          strict: true,
          parameters: {
            type: 'object',
            properties: { a: { type: 'string' } },
            additionalProperties: false,
          },
        }),
      ],
    },
    accepted: {
      tools: [tool({ parameters: { type: 'object', properties: { a: { type: 'string' } } } })],
    },
    words:
      "Invalid schema for function 'f': In context=(), 'required' is required to be supplied and " +
      "to be an array including every key in properties. Missing 'a'.",
    code: 'invalid_function_parameters',
  },
  {
    member: 'tools.defer_loading',
    source: 'Wei-Shaw/sub2api#5942, pydantic/pydantic-ai#5938',
    refused: { tools: [tool({ defer_loading: true })] },
    accepted: { tools: [tool({ defer_loading: true }), { type: 'tool_search' }] },
    words: "Invalid Value: 'tools.defer_loading'. Deferred tools require tools.tool_search.",
  },
  {
    member: 'tool_choice without tools',
    source: 'public logs quote it: "must be specified with tools"',
    refused: { tool_choice: 'required' },
    accepted: { tool_choice: 'auto', tools: [] },
    words: "Tool choice 'required' must be specified with 'tools' parameter.",
  },
  {
    member: 'tool_choice.tools',
    source: 'public logs quote it: "not found in tools parameter"',
    refused: { tool_choice: allowed('g'), tools: [tool()] },
    accepted: { tool_choice: allowed('f'), tools: [tool()] },
    words: "Tool choice 'g' not found in 'tools' parameter.",
  },
  {
    member: 'truncation',
    source: 'openai 7.59 types',
    refused: { truncation: 'nope' },
    accepted: { truncation: 'auto' },
    words: "Invalid value: 'nope'. Supported values are: 'auto' and 'disabled'.",
    code: 'invalid_value',
  },
  {
    member: 'include[0]',
    source: 'openai 7.59 types, ResponseIncludable',
    refused: { include: ['nope'] },
    accepted: { include: ['reasoning.encrypted_content'] },
    words:
      "Invalid value: 'nope'. Supported values are: 'file_search_call.results', " +
      "'web_search_call.results', 'web_search_call.action.sources', " +
      "'message.input_image.image_url', 'computer_call_output.output.image_url', " +
      "'code_interpreter_call.outputs', 'reasoning.encrypted_content', and " +
      "'message.output_text.logprobs'.",
    code: 'invalid_value',
  },
  {
    member: 'reasoning.summary',
    source: 'openai 7.59 types',
    refused: { reasoning: { summary: 1 } },
    accepted: { reasoning: { summary: 'auto' } },
    words:
      "Invalid type for 'reasoning.summary': expected one of 'auto', 'concise', or 'detailed', " +
      'but got an integer instead.',
    code: 'invalid_type',
  },
  {
    member: 'client_metadata',
    source: 'SEMOSS/Semoss#2532, james-6-23/codex2api#340',
    refused: { client_metadata: { 'x-codex-installation-id': 'a' } },
    accepted: { metadata: { a: 'a' } },
    words: "Unknown parameter: 'client_metadata'.",
    code: 'unknown_parameter',
  },
  {
    member: 'max_tool_calls',
    source: 'openai 7.59 types',
    refused: { max_tool_calls: 'many' },
    accepted: { max_tool_calls: 3 },
    words: "Invalid type for 'max_tool_calls': expected an integer, but got a string instead.",
    code: 'invalid_type',
  },
  {
    member: 'metadata.a',
    source: 'OpenAI documentation, metadata: values are strings',
    refused: { metadata: { a: 1 } },
    accepted: { metadata: { a: '1' } },
    words: "Invalid type for 'metadata.a': expected a string, but got an integer instead.",
    code: 'invalid_type',
  },
];
