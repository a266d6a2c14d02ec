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

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2 ** 63;

/** What servers of open models take beyond OpenAI's members. */
const sampling: Shapes = {
  top_k: integer(-1, MAX_INT32),
  min_p: number(0, 1),
  repetition_penalty: number(0, 10),
  stop_token_ids: list(integer(0, MAX_INT32)),
  bad_words: list(text),
  include_stop_str_in_output: flag,
  include_reasoning: flag,
  timings_per_token: flag,
  thinking: object({ type: text, budget_tokens: integer() }),
  thinking_token_budget: integer(-1, MAX_INT32),
};

/** `POST /v1/chat/completions`. */
export const chatShapes: Shapes = {
  ...shared,
  ...sampling,
  messages: list(anyObject, { min: 1 }),
  stream_options: object({ include_usage: flag }),
  max_tokens: integer(1),
  max_completion_tokens: integer(1),
  n: integer(1),
  stop: either(text, list(text, { max: 4 })),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  logit_bias: map(number(-100, 100), 1_024),
  seed: integer(-MAX_INT64, MAX_INT64),
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
