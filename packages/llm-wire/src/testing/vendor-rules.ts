import { arrayAt, isObject, objectAt, parseObject, stringAt, type JsonObject } from '../json.js';

export type Vendor = 'anthropic' | 'openai_chat' | 'openai_responses' | 'pool';

/** Every reason for which a vendor would refuse, or not read, the history in this body. */
export function violations(vendor: Vendor, body: JsonObject): string[] {
  const found: string[] = [];
  const check = (holds: boolean, rule: string): void => {
    if (!holds) found.push(rule);
  };
  rules[vendor](body, check);
  return found;
}

type Check = (holds: boolean, rule: string) => void;

const rules: Record<Vendor, (body: JsonObject, check: Check) => void> = {
  anthropic: checkAnthropic,
  openai_chat: (body, check) => {
    for (const message of objects(body, 'messages')) checkOpenAiMessage(message, check);
    checkChatPairs(body, check, 40);
  },
  openai_responses: checkResponses,
  pool: checkPool,
};

function objects(from: unknown, key: string): JsonObject[] {
  return arrayAt(from, key).filter(isObject);
}

function checkAnthropic(body: JsonObject, check: Check): void {
  const messages = objects(body, 'messages');
  check(messages.length > 0, 'no message');
  let calls: string[] = [];
  let marks = 0;
  for (const block of [...objects(body, 'system'), ...objects(body, 'tools')]) {
    if ('cache_control' in block) marks++;
  }
  for (const message of messages) {
    const { role } = message;
    check(role === 'user' || role === 'assistant', `role ${String(role)}`);
    const blocks = objects(message, 'content');
    check(typeof message['content'] === 'string' || blocks.length > 0, 'an empty message');
    for (const block of blocks) {
      checkAnthropicBlock(block, check);
      if ('cache_control' in block) marks++;
    }
    if (role === 'user') {
      const results = blocks.filter(({ type }) => type === 'tool_result');
      const answered = results.map((block) => stringAt(block, 'tool_use_id') ?? '');
      check(sameNames(answered, calls), `calls ${calls.join()} answered by ${answered.join()}`);
      check(
        blocks.slice(0, results.length).every((b) => b['type'] === 'tool_result'),
        'late results',
      );
      calls = [];
    } else {
      const made = blocks.filter(({ type }) => type === 'tool_use');
      calls.push(...made.map((block) => stringAt(block, 'id') ?? ''));
    }
  }
  check(marks <= 4, `${marks} breakpoints`);
  for (const { name } of objects(body, 'tools')) checkName(name, 128, check);
  const thinking = objectAt(body, 'thinking');
  if (thinking?.['type'] === 'enabled') checkThinkingLoop(messages, check);
}

function checkAnthropicBlock(block: JsonObject, check: Check): void {
  switch (block['type']) {
    case 'text':
      check(stringAt(block, 'text')?.trim() !== '', 'a blank text');
      return;
    case 'thinking':
    case 'redacted_thinking': {
      const seal = stringAt(block, block['type'] === 'thinking' ? 'signature' : 'data');
      check(seal?.startsWith('Eq') === true, `a foreign signature: ${String(seal)}`);
      check(!('cache_control' in block), 'a breakpoint on thinking');
      return;
    }
    case 'tool_use':
      check(/^[\w-]+$/.test(stringAt(block, 'id') ?? ''), `the id ${String(block['id'])}`);
      checkName(block['name'], 128, check);
  }
}

/** In a tool loop thinking comes first, and signed. */
function checkThinkingLoop(messages: JsonObject[], check: Check): void {
  for (const message of messages.toReversed()) {
    const types = objects(message, 'content').map(({ type }) => type);
    if (message['role'] === 'user' && !types.includes('tool_result')) return;
    if (message['role'] === 'assistant' && types.includes('tool_use')) {
      check(types[0] === 'thinking' || types[0] === 'redacted_thinking', 'a loop without thinking');
    }
  }
}

function checkResponses(body: JsonObject, check: Check): void {
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const item of objects(body, 'input')) {
    const type = stringAt(item, 'type') ?? 'message';
    if (type === 'reasoning') {
      const seal = stringAt(item, 'encrypted_content');
      check(seal?.startsWith('gAAA') === true, `foreign reasoning: ${String(seal)}`);
    } else if (type === 'function_call') {
      const id = stringAt(item, 'call_id') ?? '';
      check(!calls.has(id) && id.length <= 64 && id !== '', `the call id ${id}`);
      calls.add(id);
      checkName(item['name'], 64, check);
    } else if (type === 'function_call_output') answered.add(stringAt(item, 'call_id') ?? '');
    else check(type === 'message', `the item ${type}`);
  }
  check(sameNames([...calls], [...answered]), 'calls and results do not match');
  for (const { name } of objects(body, 'tools')) checkName(name, 64, check);
}

const OPENAI_FIELDS = new Set(
  'role content refusal annotations name tool_calls tool_call_id audio'.split(' '),
);

function checkOpenAiMessage(message: JsonObject, check: Check): void {
  for (const field of Object.keys(message)) check(OPENAI_FIELDS.has(field), `the field ${field}`);
  for (const part of objects(message, 'content')) check(!('cache_control' in part), 'a breakpoint');
  const hasCalls = arrayAt(message, 'tool_calls').length > 0;
  check(message['content'] !== null || hasCalls, 'nothing said and nothing called');
  check(!('tool_calls' in message) || hasCalls, 'an empty list of calls');
}

function checkChatPairs(body: JsonObject, check: Check, longestId: number): void {
  let open: string[] = [];
  for (const message of objects(body, 'messages')) {
    if (message['role'] === 'tool') {
      const id = stringAt(message, 'tool_call_id') ?? '';
      check(open.includes(id), `a result of no call: ${id}`);
      open = open.filter((each) => each !== id);
      continue;
    }
    check(open.length === 0, `calls without results: ${open.join()}`);
    const calls = objects(message, 'tool_calls');
    open = calls.map((call) => stringAt(call, 'id') ?? '');
    for (const id of open) check(id !== '' && id.length <= longestId, `the id ${id}`);
    for (const call of calls) checkName(objectAt(call, 'function')?.['name'], 64, check);
  }
  for (const tool of objects(body, 'tools'))
    checkName(objectAt(tool, 'function')?.['name'], 64, check);
}

/** What vLLM and the templates of open models read. */
function checkPool(body: JsonObject, check: Check): void {
  for (const [index, message] of objects(body, 'messages').entries()) {
    const role = stringAt(message, 'role') ?? '';
    const expected = index === 0 ? ['system', 'user', 'assistant'] : ['user', 'assistant', 'tool'];
    check(expected.includes(role), `the role ${role} at ${index}`);
    const { reasoning, reasoning_content: older } = message;
    check(reasoning === older, 'reasoning in one field alone');
    check(typeof reasoning !== 'string' || reasoning !== '', 'empty reasoning');
    for (const { function: called } of objects(message, 'tool_calls')) {
      const input = stringAt(called, 'arguments') ?? '';
      check(input === '' || parseObject(input) !== undefined, `the arguments ${input}`);
    }
  }
  checkChatPairs(body, check, Infinity);
}

function checkName(name: unknown, longest: number, check: Check): void {
  const fits = typeof name === 'string' && /^[\w-]+$/.test(name) && name.length <= longest;
  check(fits, `the name ${String(name)}`);
}

function sameNames(a: string[], b: string[]): boolean {
  return a.length === b.length && [...a].sort().join('\0') === [...b].sort().join('\0');
}
