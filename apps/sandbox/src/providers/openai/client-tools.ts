import type { Tool } from '../../generation/completion.js';
import { isObject, type JsonObject, objectOf } from '../../json.js';

/** A tool that OpenAI describes to its models, and the caller runs. */
interface ClientTool {
  idPrefix: string;
  /** What a call is made up of. */
  parameters: JsonObject;
  /** The members of a call's item. */
  item(input: JsonObject): JsonObject;
}

const strings = { type: 'array', items: { type: 'string' }, minItems: 1 };

function schemaOf(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) };
}

const clientTools: Record<string, ClientTool> = {
  shell: {
    idPrefix: 'sh_',
    parameters: schemaOf({ commands: strings }),
    item: ({ commands = [] }) => ({
      action: { commands, timeout_ms: null, max_output_length: null },
      environment: { type: 'local' },
    }),
  },
  local_shell: {
    idPrefix: 'lsh_',
    parameters: schemaOf({ command: strings }),
    item: ({ command = [] }) => ({
      action: {
        type: 'exec',
        command,
        env: {},
        timeout_ms: null,
        user: null,
        working_directory: null,
      },
    }),
  },
  apply_patch: {
    idPrefix: 'apc_',
    parameters: schemaOf({ path: { type: 'string' }, diff: { type: 'string' } }),
    item: ({ path = '', diff = '' }) => ({ operation: { type: 'create_file', path, diff } }),
  },
  tool_search: {
    idPrefix: 'tsc_',
    parameters: schemaOf({ query: { type: 'string' } }),
    item: (input) => ({ arguments: input, execution: 'client' }),
  },
};

/** As a declared tool may be called; undefined for what OpenAI would run itself. */
export function clientTool(declared: JsonObject): Tool | undefined {
  const type = String(declared.type);
  const known = Object.hasOwn(clientTools, type) ? clientTools[type] : undefined;
  if (known === undefined) return undefined;
  if (type === 'shell' && objectOf(declared.environment).type !== 'local') return undefined;
  if (type === 'tool_search' && declared.execution !== 'client') return undefined;
  const { parameters } = isObject(declared.parameters) ? declared : known;
  return { name: type, freeform: false, parameters: objectOf(parameters), builtIn: type };
}

export function callIdPrefix(builtIn: string): string {
  return clientTools[builtIn]?.idPrefix ?? '';
}

/** Members of a call's item, of input that may have been cut off. */
export function callMembers(builtIn: string, input: string): JsonObject {
  let given: JsonObject = {};
  try {
    given = objectOf(JSON.parse(input));
  } catch {
    // Nothing of it is known then.
  }
  return clientTools[builtIn]?.item(given) ?? {};
}
