import { readMember, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';

/**
 * Whether a chat body has freeform tools or a choice of several, which servers of open models refuse: they
 * get functions, and the tools that are allowed.
 */
export function hasOpenAiTools(format: WireFormat, body: Buffer, scan: BodyScan): boolean {
  if (format !== 'chat' || !scan.members.has('messages')) return false;
  if (scan.members.get('tool_choice')?.kind === 'object') {
    const choice = readMember(body, scan, 'tool_choice') as Record<string, unknown>;
    if (choice['type'] === 'allowed_tools' || choice['type'] === 'custom') return true;
  }
  const tools = scan.members.get('tools');
  if (tools?.kind !== 'array') return false;
  const at = body.indexOf('"custom"', tools.valueStart);
  if (at < 0 || at >= tools.valueEnd) return false;
  return (readMember(body, scan, 'tools') as unknown[]).some(
    (tool) => typeof tool === 'object' && tool !== null && 'type' in tool && tool.type === 'custom',
  );
}
