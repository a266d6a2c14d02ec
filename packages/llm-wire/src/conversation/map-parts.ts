import type { ConversationRequest, Part } from './request.js';

export function mapParts(
  request: ConversationRequest,
  change: (part: Part) => Part,
): ConversationRequest {
  const turns = request.turns.map(({ role, parts }) => ({ role, parts: parts.map(change) }));
  return { ...request, turns };
}
