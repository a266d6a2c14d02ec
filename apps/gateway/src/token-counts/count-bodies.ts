import type { WireFormat } from '@modelbridge/llm-wire';

/** What the vendors take of a body where only its tokens are counted. */
const counted: Readonly<Record<Exclude<WireFormat, 'chat'>, ReadonlySet<string>>> = {
  messages: membersOf('model messages system tools tool_choice thinking output_config'),
  responses: membersOf(
    'model input instructions tools tool_choice parallel_tool_calls text reasoning truncation',
  ),
};

function membersOf(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}

/** A body without what has no place in a count. */
export function countedBody(format: Exclude<WireFormat, 'chat'>, body: Buffer): Buffer {
  const members = Object.entries(JSON.parse(body.toString()) as object);
  return Buffer.from(
    JSON.stringify(Object.fromEntries(members.filter(([name]) => counted[format].has(name)))),
  );
}

/** A count as the caller's API says it. */
export function countReply(format: WireFormat, inputTokens: number): Buffer {
  const object = format === 'responses' ? { object: 'response.input_tokens' } : {};
  return Buffer.from(JSON.stringify({ ...object, input_tokens: inputTokens }));
}

/** The count in a vendor's reply; undefined where there is none. */
export function countIn(reply: Buffer): number | undefined {
  try {
    const { input_tokens: count } = JSON.parse(reply.toString()) as { input_tokens?: unknown };
    return typeof count === 'number' ? count : undefined;
  } catch {
    return undefined;
  }
}
