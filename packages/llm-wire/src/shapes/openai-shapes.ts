import type { Shape, Shapes } from './shape.js';
import { flag, integer, map, number, oneOf, text } from './shapes-of.js';

export const efforts = oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');
export const verbosity: Shape = oneOf('low', 'medium', 'high');

/** OpenAI's own bound on pairs. */
const MAX_METADATA = 16;

/** What chat and Responses have in common. */
export const shared: Shapes = {
  model: text,
  stream: flag,
  store: flag,
  metadata: map(text, MAX_METADATA),
  user: text,
  prompt_cache_key: text,
  safety_identifier: text,
  service_tier: text,
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_logprobs: integer(0, 20),
  parallel_tool_calls: flag,
};
