import type { Shapes } from './shape.js';
import {
  anyObject,
  byType,
  either,
  flag,
  integer,
  list,
  map,
  number,
  object,
  text,
} from './shapes-of.js';

const tool = object(
  { name: text, description: text, input_schema: anyObject, strict: flag },
  'name',
  'input_schema',
);

/** `POST /v1/messages`. */
export const messagesShapes: Shapes = {
  model: text,
  messages: list(anyObject, { min: 1 }),
  system: either(text, list(object({ type: text }, 'type'))),
  max_tokens: integer(1),
  stream: flag,
  temperature: number(0, 1),
  top_p: number(0, 1),
  top_k: integer(0),
  stop_sequences: list(text),
  metadata: map(text),
  cache_control: object({ type: text }, 'type'),
  service_tier: text,
  thinking: object({ type: text, budget_tokens: integer(1), display: text }, 'type'),
  output_config: object({ effort: text, format: anyObject }),
  output_format: anyObject,
  tools: list(byType({ custom: tool }, { usual: 'custom', open: true })),
  tool_choice: byType({
    auto: object({ disable_parallel_tool_use: flag }),
    any: object({ disable_parallel_tool_use: flag }),
    none: anyObject,
    tool: object({ name: text, disable_parallel_tool_use: flag }, 'name'),
  }),
};
