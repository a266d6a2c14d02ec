import { Fields } from '../conversation/fields.js';
import { missing, unsupported } from '../conversation/request-error.js';
import type { Tool } from '../conversation/request.js';
import { uniqueTools } from '../conversation/unique-tools.js';
import { present } from '../json.js';
import { clientToolOf } from './client-tools.js';
import { cacheControlOf } from './request-turns.js';

/** Blocks that offer a tool from there on, or withdraw it. */
const TOOL_CHANGES: ReadonlySet<string> = new Set(['tool_addition', 'tool_removal']);

/** Tools that the caller runs, and that need a model which was taught them: no function can stand in. */
const USES_SCREEN = /^(computer|browser)_/;

/** The tools of a Messages request as they are offered at its end. */
export function declaredTools(body: Fields, ignored: string[]): Tool[] {
  const tools = uniqueTools(
    body.objects('tools').flatMap((declared) => {
      const param = declared.param('name');
      return readTool(declared, ignored).map((tool) => ({ tool, param }));
    }),
  );
  const withdrawn = new Set<string>();
  for (const change of changesIn(body)) {
    const tool = change.child('tool');
    const definition = tool?.child('definition');
    const name = (definition ?? tool)?.string('name') ?? '';
    if (change.string('type') === 'tool_removal') withdrawn.add(name);
    else withdrawn.delete(name);
    if (definition !== undefined && !tools.some((known) => known.name === name)) {
      tools.push(...readTool(definition, ignored));
    }
  }
  return withdrawn.size === 0 ? tools : tools.filter(({ name }) => !withdrawn.has(name));
}

function changesIn(body: Fields): Fields[] {
  return body.objects('messages').flatMap((message) => {
    if (!Array.isArray(message.raw('content'))) return [];
    return message
      .objects('content')
      .filter((block) => TOOL_CHANGES.has(String(block.raw('type'))));
  });
}

function readTool(tool: Fields, ignored: string[]): Tool[] {
  const type = tool.string('type') ?? 'custom';
  const known = clientToolOf(type);
  if (USES_SCREEN.test(type)) {
    throw unsupported(
      tool.param('type'),
      "only Anthropic's models know how to use it; choose one whose name begins with 'claude'",
    );
  }
  if (type !== 'custom' && known === undefined) {
    ignored.push(`tools.${type}`);
    return [];
  }
  const name = tool.string('name');
  if (name === undefined) throw missing(tool.param('name'));
  return [
    present<Tool>({
      name,
      description: tool.string('description') ?? known?.description,
      schema: tool.child('input_schema')?.object ?? known?.schema,
      strict: tool.boolean('strict'),
      freeform: false,
      cacheControl: cacheControlOf(tool.object),
    }),
  ];
}
