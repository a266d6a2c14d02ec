import type { ClientTool } from '../conversation/caller-tool.js';
import { Fields } from '../conversation/fields.js';
import { isObject, parseObject, type JsonObject } from '../json.js';

/** How a tool with items of its own is told to a model that knows functions alone. */
interface ClientToolForm {
  description: string;
  /** The function's parameters. */
  schema: JsonObject;
  /** Before the id of a call's item. */
  idPrefix: string;
  /** The function's arguments, from the item of a call. */
  read(item: JsonObject): unknown;
  /** The members of a call's item, from the function's arguments. */
  write(input: JsonObject): JsonObject;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const strings = (description: string): JsonObject => ({
  type: 'array',
  items: { type: 'string' },
  description,
});
const timeout = { type: 'integer', description: 'After how many milliseconds to give up.' };

function schemaOf(properties: JsonObject, ...required: string[]): JsonObject {
  return { type: 'object', properties, required };
}

export const clientTools: Readonly<Record<ClientTool, ClientToolForm>> = {
  local_shell: {
    description: 'Runs a command on the user’s machine and returns its output.',
    schema: schemaOf(
      {
        command: strings('The program and its arguments.'),
        working_directory: text('Where to run it.'),
        timeout_ms: timeout,
        env: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Environment variables to set.',
        },
      },
      'command',
    ),
    idPrefix: 'lsh',
    read: (item) => without(item['action'], 'type'),
    write: ({ command, env, timeout_ms, working_directory, user }) => ({
      action: {
        type: 'exec',
        command: stringsOf(command),
        env: isObject(env) ? env : {},
        timeout_ms: timeout_ms ?? null,
        user: user ?? null,
        working_directory: working_directory ?? null,
      },
    }),
  },
  shell: {
    description: 'Runs commands in a shell and returns the output and the exit code of each.',
    schema: schemaOf(
      {
        commands: strings('Shell commands, which may run at the same time.'),
        timeout_ms: timeout,
        max_output_length: {
          type: 'integer',
          description: 'The most characters of output to return for each command.',
        },
      },
      'commands',
    ),
    idPrefix: 'sh',
    read: (item) => item['action'],
    write: ({ commands, timeout_ms, max_output_length }) => ({
      action: {
        commands: stringsOf(commands),
        timeout_ms: timeout_ms ?? null,
        max_output_length: max_output_length ?? null,
      },
      environment: { type: 'local' },
    }),
  },
  apply_patch: {
    description:
      'Creates, updates or deletes one file. A diff is in the V4A format, without its "*** Begin ' +
      'Patch" and "*** Update File" lines: of a new file every line begins with "+"; of an update, ' +
      'each hunk begins with a line "@@", kept lines with a space, removed ones with "-", added ones ' +
      'with "+", and about three lines stand before and after each change.',
    schema: schemaOf(
      {
        type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
        path: text('The file.'),
        diff: text('What to write or change; none to delete.'),
      },
      'type',
      'path',
    ),
    idPrefix: 'apc',
    read: (item) => item['operation'],
    write: ({ type, path, diff }) => ({
      operation:
        type === 'delete_file'
          ? { type, path: path ?? '' }
          : { type: type ?? 'update_file', path: path ?? '', diff: diff ?? '' },
    }),
  },
  tool_search: {
    description: 'Searches for tools that are not listed, and makes those that it finds callable.',
    schema: schemaOf({ query: text('What the tool should do.') }, 'query'),
    idPrefix: 'tsc',
    read: (item) => {
      const given = item['arguments'];
      return typeof given === 'string' ? (parseObject(given) ?? { query: given }) : given;
    },
    write: (input) => ({ arguments: input, execution: 'client' }),
  },
};

const names = Object.keys(clientTools) as ClientTool[];
const callTypes = new Map(names.map((tool) => [`${tool}_call`, tool]));
const outputTypes = new Map(
  names.map((tool) => [
    tool === 'tool_search' ? 'tool_search_output' : `${tool}_call_output`,
    tool,
  ]),
);

/** The tool that an item of this type calls. */
export function calledBy(type: string): ClientTool | undefined {
  return callTypes.get(type);
}

/** The tool whose call an item of this type answers. */
export function answeredBy(type: string): ClientTool | undefined {
  return outputTypes.get(type);
}

/** Whether a declared tool is one that the caller runs. */
export function clientToolOf(declared: Fields): ClientTool | undefined {
  const type = declared.string('type') ?? '';
  if (type === 'local_shell' || type === 'apply_patch') return type;
  if (type === 'shell') {
    return declared.child('environment')?.string('type') === 'local' ? type : undefined;
  }
  return type === 'tool_search' && declared.string('execution') === 'client' ? type : undefined;
}

/** What the model is told of a call's outcome; `found` are the names of tools that it brought. */
export function outputOf(
  tool: ClientTool,
  item: JsonObject,
  found: readonly string[],
): { text: string; isError?: boolean } {
  if (tool === 'tool_search') {
    return { text: found.length === 0 ? 'No tool was found.' : `Found: ${found.join(', ')}` };
  }
  const output = item['output'] ?? item['status'] ?? '';
  const isError = tool === 'apply_patch' && item['status'] === 'failed' ? true : undefined;
  return { text: typeof output === 'string' ? output : JSON.stringify(output), isError };
}

/** The members by which an item of its own calls the tool; `input` is what the model wrote. */
export function callMembers(tool: ClientTool, input: string): JsonObject {
  return { type: `${tool}_call`, ...clientTools[tool].write(parseObject(input) ?? {}) };
}

function without(value: unknown, key: string): JsonObject {
  const { [key]: _, ...rest } = isObject(value) ? value : {};
  return rest;
}

function stringsOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'string');
}
