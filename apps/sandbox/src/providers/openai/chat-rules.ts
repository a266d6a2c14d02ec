import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json.js';
import { checkFormatSchema, checkFunctionSchema } from './function-schemas.js';
import { invalid } from './openai-requests.js';

/** Throws for members of a chat completions request that do not go together. */
export function checkChatRules(body: JsonObject): void {
  checkTools(body);
  requireStream(body);
  checkMessages(arrayOf(body.messages).map(objectOf));
  const stored = body.store === true || Object.keys(objectOf(body.metadata)).length === 0;
  if (!stored) {
    const message = "The 'metadata' parameter is only allowed when 'store' is enabled.";
    throw invalid(message, 'metadata');
  }
  const { json_schema: format } = objectOf(body.response_format);
  const { name, schema, strict } = objectOf(format);
  checkFormatSchema(schema, {
    owner: `response_format '${stringOf(name)}'`,
    param: 'response_format',
    strict: strict === true,
  });
}

/** Throws for options of a stream where none is asked for. */
export function requireStream(body: JsonObject): void {
  if (body.stream === true || (body.stream_options ?? null) === null) return;
  const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
  throw invalid(message, 'stream_options');
}

function checkTools(body: JsonObject): void {
  const tools = arrayOf(body.tools).map(objectOf);
  if (Array.isArray(body.tools) && tools.length === 0) {
    throw invalid(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty " +
        'array instead.',
      'tools',
      'empty_array',
    );
  }
  if (tools.length === 0) {
    for (const member of ['tool_choice', 'parallel_tool_calls']) {
      if (body[member] === undefined || body[member] === null) continue;
      const words = `'${member}' is only allowed when 'tools' are specified.`;
      throw invalid(`Invalid value for '${member}': ${words}`, member);
    }
  }
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'function') continue;
    const { name, parameters, strict } = objectOf(tool.function);
    checkFunctionSchema(parameters, {
      owner: `function '${stringOf(name)}'`,
      param: `tools[${index}].function.parameters`,
      strict: strict === true,
    });
  }
}

/** Calls and their results stand next to each other. */
function checkMessages(messages: JsonObject[]): void {
  let open = new Set<string>();
  const refuseOpen = (index: number) => {
    if (open.size === 0) return;
    throw invalid(
      "An assistant message with 'tool_calls' must be followed by tool messages responding to " +
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: " +
        [...open].join(', '),
      `messages.[${index}].role`,
    );
  };
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (open.delete(stringOf(message.tool_call_id))) continue;
      throw invalid(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message " +
          "with 'tool_calls'.",
        `messages.[${index}].role`,
      );
    }
    refuseOpen(index);
    if (Array.isArray(message.tool_calls) && message.tool_calls.length === 0) {
      const param = `messages[${index}].tool_calls`;
      throw invalid(
        `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an ` +
          'empty array instead.',
        param,
        'empty_array',
      );
    }
    open = new Set(arrayOf(message.tool_calls).map((call) => stringOf(objectOf(call).id)));
  }
  refuseOpen(messages.length);
}
