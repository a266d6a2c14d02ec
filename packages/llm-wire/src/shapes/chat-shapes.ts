import { efforts, shared, verbosity } from './openai-shapes.js';
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
  oneOf,
  text,
} from './shapes-of.js';

const named = object({ name: text }, 'name');
const functionTool = object(
  { name: text, description: text, parameters: anyObject, strict: flag },
  'name',
);
const schema = object({ name: text, description: text, schema: anyObject, strict: flag });

/** `POST /v1/chat/completions`. */
export const chatShapes: Shapes = {
  ...shared,
  messages: list(anyObject, { min: 1 }),
  stream_options: object({ include_usage: flag }),
  max_tokens: integer(1),
  max_completion_tokens: integer(1),
  n: integer(1),
  top_k: integer(-1),
  stop: either(text, list(text, { max: 4 })),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  logit_bias: map(number(-100, 100), 1_024),
  seed: integer(),
  logprobs: flag,
  reasoning_effort: efforts,
  reasoning: object({ effort: efforts, max_tokens: integer(1), enabled: flag, exclude: flag }),
  verbosity,
  response_format: byType({
    text: anyObject,
    json_object: object({ schema: anyObject }),
    json_schema: object({ json_schema: schema }, 'json_schema'),
  }),
  tools: list(
    byType(
      {
        function: object({ function: functionTool }, 'function'),
        custom: object({ custom: named }, 'custom'),
      },
      { open: true },
    ),
  ),
  tool_choice: either(
    oneOf('none', 'auto', 'required'),
    byType({
      function: object({ function: named }, 'function'),
      custom: object({ custom: named }, 'custom'),
      allowed_tools: anyObject,
    }),
  ),
  functions: list(anyObject),
  function_call: either(oneOf('none', 'auto'), named),
};
