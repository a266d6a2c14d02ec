/** What Anthropic takes of a message's body where only its tokens are counted. */
const counted: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config'],
]);

/** A translated body without what has no place in a count. */
export function countedBody(body: Buffer): Buffer {
  const members = Object.entries(JSON.parse(body.toString()) as object);
  return Buffer.from(
    JSON.stringify(Object.fromEntries(members.filter(([name]) => counted.has(name)))),
  );
}

export function countReply(inputTokens: number): Buffer {
  return Buffer.from(JSON.stringify({ input_tokens: inputTokens }));
}

/** Anthropic's reply as OpenAI says it. */
export function openaisReply(reply: Buffer): Buffer {
  const { input_tokens } = JSON.parse(reply.toString()) as { input_tokens: number };
  return Buffer.from(JSON.stringify({ object: 'response.input_tokens', input_tokens }));
}
