import type { JsonObject } from '../json.js';

interface ClientTool {
  type: RegExp;
  description: string;
  schema: JsonObject;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const range = {
  type: 'array',
  items: { type: 'integer' },
  description: 'For view: the first and the last line; -1 is the end of the file.',
};
const line = {
  type: 'integer',
  description: 'For insert: the line after which to insert; 0 is the beginning.',
};

function editing(commands: string[], properties: JsonObject, ...required: string[]): JsonObject {
  return {
    type: 'object',
    properties: { command: { type: 'string', enum: commands }, ...properties },
    required: ['command', ...required],
  };
}

const replaced = {
  old_str: text('For str_replace: the text to replace, which must be there exactly once.'),
  new_str: text('For str_replace: the text in its place.'),
};
const filed = {
  path: text('The file or directory.'),
  view_range: range,
  file_text: text('For create: the text of the file.'),
};
const inserted = { insert_line: line, insert_text: text('For insert: the text.') };
const edits = ['view', 'create', 'str_replace', 'insert'];
const editor = 'Views, creates and edits text files.';

/** Anthropic's tools that the caller runs, as functions: what they take is published. */
const clientTools: readonly ClientTool[] = [
  {
    type: /^bash_\d{8}$/,
    description: 'Runs commands in a bash session that stays open, and returns their output.',
    schema: {
      type: 'object',
      properties: {
        command: text('The command to run. Required unless the session is restarted.'),
        restart: { type: 'boolean', description: 'Whether to start the session anew.' },
      },
    },
  },
  {
    type: /^text_editor_(20241022|20250124)$/,
    description: editor,
    schema: editing(
      [...edits, 'undo_edit'],
      {
        ...filed,
        ...replaced,
        new_str: text('For str_replace: the text in its place. For insert: the text.'),
        insert_line: line,
      },
      'path',
    ),
  },
  {
    type: /^text_editor_\d{8}$/,
    description: editor,
    schema: editing(edits, { ...filed, ...replaced, ...inserted }, 'path'),
  },
  {
    type: /^memory_\d{8}$/,
    description:
      'Keeps files under /memories from one conversation to the next. Look into it before a task, ' +
      'and note there what later ones need.',
    schema: editing([...edits, 'delete', 'rename'], {
      ...filed,
      ...replaced,
      ...inserted,
      old_path: text('For rename: the file or directory.'),
      new_path: text('For rename: its new path.'),
    }),
  },
];

export function clientToolOf(type: string): ClientTool | undefined {
  return clientTools.find((tool) => tool.type.test(type));
}
