import type { CallerTool, ClientTool } from '../conversation/caller-tool.js';
import { nameHash } from '../short-names.js';
import { Fields } from '../conversation/fields.js';
import { invalid, missing, unsupported } from '../conversation/request-error.js';
import type { Tool, ToolChoice } from '../conversation/request.js';
import { type DeclaredTool, refuseOther } from '../conversation/unique-tools.js';
import { present } from '../json.js';
import { clientToolOf, clientTools } from './client-tools.js';

/** Tools that the caller runs, and that need a model which was taught them: no function can stand in. */
const USES_SCREEN = /^computer(_use_preview)?$/;
/** Items that bring tools along, which stay declared from there on. */
const TOOL_ITEMS = new Set(['additional_tools', 'tool_search_output']);

/**
 * The tools of a Responses request under one name each, as other APIs have no namespaces: a member's
 * is made of its own and its namespace's, and `caller` says what it was.
 */
export class DeclaredTools {
  readonly tools: Tool[] = [];
  /** Names as sent, by who has them. */
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly declared = new Map<string, DeclaredTool>();

  constructor(
    body: Fields,
    private readonly ignored: string[],
  ) {
    const declared = body.objects('tools');
    const input = Array.isArray(body.raw('input')) ? body.objects('input') : [];
    const items = input.filter((item) => TOOL_ITEMS.has(item.string('type') ?? ''));
    const all = [...declared, ...items.flatMap((item) => item.objects('tools'))];
    // A name that is no namespace's goes as it is.
    for (const tool of all) this.taken.add(functionOf(tool).string('name') ?? '');
    for (const tool of all) this.declare(tool);
  }

  /** The name under which a tool is sent. */
  nameOf(tool: CallerTool): string {
    if (tool.namespace === undefined && tool.clientTool === undefined) return tool.name;
    const { name, namespace, clientTool } = tool;
    const owner = JSON.stringify([namespace, clientTool, name]);
    const known = this.names.get(owner);
    if (known !== undefined) return known;
    const wanted = namespace === undefined ? name : `${namespace}__${name}`;
    const given = this.taken.has(wanted) ? `${wanted}_${nameHash(owner)}` : wanted;
    this.taken.add(given);
    this.names.set(owner, given);
    return given;
  }

  /** The names under which these declared tools are sent. */
  namesOf(tools: Fields[], namespace?: string): string[] {
    return tools.flatMap((tool) => {
      const name = functionOf(tool).string('name');
      if (tool.string('type') === 'namespace') return this.namesOf(tool.objects('tools'), name);
      return name === undefined ? [] : [this.nameOf(present({ name, namespace }))];
    });
  }

  choice(body: Fields): ToolChoice | undefined {
    const choice = body.raw('tool_choice');
    if (choice === undefined) return undefined;
    if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
    if (typeof choice === 'string') throw invalid('tool_choice', 'auto, none, required or a tool');
    const object = body.child('tool_choice')!;
    if (object.string('type') === 'allowed_tools') {
      const names = object.objects('tools').flatMap((tool) => this.chosen(tool));
      if (names.length === 0) throw unsupported('tool_choice', 'none of these tools is declared');
      return { type: 'allowed', names, required: object.string('mode') === 'required' };
    }
    const [name] = this.chosen(object);
    if (name === undefined) {
      throw unsupported('tool_choice', 'only a declared function or custom tool can be forced');
    }
    return { type: 'tool', name };
  }

  /** The names of the tools that a choice means: none for one that the provider would run. */
  private chosen(tool: Fields): string[] {
    const type = tool.string('type');
    const name = tool.string('name');
    if (type === 'namespace') {
      const members = this.tools.filter(({ caller }) => caller?.namespace === name);
      return members.map((member) => member.name);
    }
    if (name !== undefined) {
      return [this.nameOf(present({ name, namespace: tool.string('namespace') }))];
    }
    return this.tools
      .filter(({ caller }) => caller?.clientTool === type)
      .map((declared) => declared.name);
  }

  private declare(declared: Fields, namespace?: string): void {
    const type = declared.string('type') ?? 'unnamed';
    if (type === 'namespace' && namespace === undefined) {
      const name = declared.string('name');
      if (name === undefined) throw missing(declared.param('name'));
      for (const member of declared.objects('tools')) this.declare(member, name);
      return;
    }
    const clientTool = clientToolOf(declared);
    if (clientTool !== undefined) return this.add(this.clientTool(clientTool, declared), declared);
    if (USES_SCREEN.test(type)) {
      throw unsupported(
        declared.param('type'),
        "only OpenAI's models know how to use it; choose one whose name begins with 'gpt'",
      );
    }
    if (type !== 'function' && type !== 'custom') {
      this.ignored.push(`tools.${type}`);
      return;
    }
    this.add(this.ownTool(functionOf(declared), type === 'custom', namespace), declared);
  }

  private clientTool(clientTool: ClientTool, declared: Fields): Tool {
    const form = clientTools[clientTool];
    const caller = { name: clientTool, clientTool };
    return {
      name: this.nameOf(caller),
      description: declared.string('description') ?? form.description,
      schema: declared.child('parameters')?.object ?? form.schema,
      freeform: false,
      caller,
    };
  }

  private ownTool(tool: Fields, freeform: boolean, namespace: string | undefined): Tool {
    const own = tool.string('name');
    if (own === undefined) throw missing(tool.param('name'));
    const caller = namespace === undefined ? undefined : { name: own, namespace };
    const name = this.nameOf(caller ?? { name: own });
    const description = tool.string('description');
    if (freeform) {
      const { type: kind, ...grammar } = tool.child('format')?.object ?? {};
      const known = kind === 'grammar' ? grammar : undefined;
      return present<Tool>({ name, description, freeform: true, grammar: known, caller });
    }
    const schema = tool.child('parameters')?.object;
    const strict = tool.boolean('strict');
    return present<Tool>({ name, description, schema, strict, freeform: false, caller });
  }

  /** What is found by a search may have been declared before. */
  private add(tool: Tool, declared: Fields): void {
    const second = { tool, param: declared.param('name') };
    const first = this.declared.get(tool.name);
    if (first === undefined) {
      this.declared.set(tool.name, second);
      this.tools.push(tool);
    } else if (second.param.startsWith('tools')) {
      refuseOther(first, second);
    }
  }
}

/** Some clients wrap a function here as the chat API does. */
function functionOf(declared: Fields): Fields {
  return declared.child('function') ?? declared;
}
