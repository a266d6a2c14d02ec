import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json.js';
import { ProviderError } from '../../provider-error.js';
import { checkFormatSchema, checkFunctionSchema } from './function-schemas.js';
import { invalid } from './openai-requests.js';

/** Throws for members of a Responses request that do not go together. */
export function checkResponsesRules(body: JsonObject): void {
  const tools = arrayOf(body.tools).map(objectOf);
  for (const [index, tool] of tools.entries()) checkSchemas(tool, `tools[${index}]`);
  checkDeferred(tools);
  checkChoice(body, tools);
  const items = arrayOf(body.input).map(objectOf);
  checkReferences(items);
  checkCalls(items);
  const { name, schema, strict } = objectOf(objectOf(body.text).format);
  checkFormatSchema(schema, {
    owner: `response_format '${stringOf(name)}'`,
    param: 'text.format.schema',
    strict: strict === true,
  });
}

function checkSchemas(tool: JsonObject, param: string): void {
  if (tool.type === 'namespace') {
    for (const [index, inner] of arrayOf(tool.tools).map(objectOf).entries()) {
      checkSchemas(inner, `${param}.tools[${index}]`);
    }
  }
  if (tool.type !== 'function') return;
  checkFunctionSchema(tool.parameters, {
    owner: `function '${stringOf(tool.name)}'`,
    param: `${param}.parameters`,
    strict: tool.strict === true,
  });
}

function checkDeferred(tools: JsonObject[]): void {
  const all = tools.flatMap((tool) => [tool, ...arrayOf(tool.tools).map(objectOf)]);
  if (!all.some((tool) => tool.defer_loading === true)) return;
  if (tools.some((tool) => tool.type === 'tool_search')) return;
  throw invalid(
    "Invalid Value: 'tools.defer_loading'. Deferred tools require tools.tool_search.",
    'tools',
  );
}

function checkChoice(body: JsonObject, tools: JsonObject[]): void {
  const choice = body.tool_choice;
  if (choice === 'required' && tools.length === 0) {
    const words = "Tool choice 'required' must be specified with 'tools' parameter.";
    throw invalid(words, 'tool_choice');
  }
  const { type, tools: allowed } = objectOf(choice);
  const wanted = type === 'allowed_tools' ? arrayOf(allowed) : [choice];
  for (const want of wanted.map(objectOf)) {
    if (want.type === undefined || tools.some((tool) => isTool(tool, want))) continue;
    const name = stringOf(want.name ?? want.server_label ?? want.type);
    throw invalid(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice');
  }
}

function isTool(tool: JsonObject, want: JsonObject): boolean {
  return (
    tool.type === want.type &&
    (want.type === 'mcp' || tool.name === want.name) &&
    tool.server_label === want.server_label
  );
}

/** Nothing is stored, so nothing can be referred to. */
function checkReferences(items: JsonObject[]): void {
  const reference = items.find((item) => item.type === 'item_reference');
  if (!reference) return;
  throw new ProviderError(
    404,
    'invalid_request_error',
    `Item with id '${stringOf(reference.id)}' not found. Items are not persisted when \`store\` is ` +
      'set to false. Try again with `store` set to true, or remove this item from your input.',
    { param: 'input' },
  );
}

const CALLS: Record<string, string> = {
  function_call: 'function call',
  custom_tool_call: 'custom tool call',
  shell_call: 'shell call',
  apply_patch_call: 'apply patch call',
  local_shell_call: 'local shell call',
};

/** Every call has its output further on, and every output its call before it. */
function checkCalls(items: JsonObject[]): void {
  const calls = new Map<string, string>();
  const open = new Map<string, string>();
  for (const item of items) {
    const type = stringOf(item.type);
    const id = item.call_id;
    if (typeof id !== 'string') continue;
    if (type in CALLS) {
      calls.set(id, type);
      open.set(id, type);
    } else if (type.endsWith('_output') && type.slice(0, -'_output'.length) in CALLS) {
      const kind = type.slice(0, -'_output'.length);
      if (calls.get(id) !== kind) {
        const words = `No tool call found for ${CALLS[kind]} output with call_id ${id}.`;
        throw invalid(words, 'input');
      }
      open.delete(id);
    }
  }
  for (const [id, type] of open) {
    throw invalid(`No tool output found for ${CALLS[type]} ${id}.`, 'input');
  }
}
