import { efforts, shared, verbosity } from './openai-shapes.js';
import type { Shapes } from './shape.js';
import {
  anyObject,
  byType,
  either,
  flag,
  integer,
  list,
  object,
  oneOf,
  text,
} from './shapes-of.js';

const summary = oneOf('auto', 'concise', 'detailed');
const schema = object({ name: text, description: text, schema: anyObject, strict: flag }, 'schema');

/** `POST /v1/responses`. */
export const responsesShapes: Shapes = {
  ...shared,
  input: either(text, list(anyObject, { min: 1 })),
  instructions: text,
  max_output_tokens: integer(1),
  max_tool_calls: integer(1),
  truncation: oneOf('auto', 'disabled'),
  include: list(
    oneOf(
      'reasoning.encrypted_content',
      'message.output_text.logprobs',
      'message.input_image.image_url',
      'computer_call_output.output.image_url',
      'code_interpreter_call.outputs',
      'file_search_call.results',
      'web_search_call.results',
      'web_search_call.action.sources',
    ),
  ),
  reasoning: object({ effort: efforts, summary, generate_summary: summary }),
  text: object({
    format: byType({ text: anyObject, json_object: anyObject, json_schema: schema }),
    verbosity,
  }),
  stream_options: object({ include_obfuscation: flag }),
  background: flag,
  tools: list(
    byType(
      {
        function: object({ name: text, description: text, parameters: anyObject, strict: flag }),
        custom: object({ name: text, description: text, format: anyObject }),
      },
      { open: true },
    ),
  ),
  tool_choice: either(
    oneOf('none', 'auto', 'required'),
    object({ type: text, name: text, mode: text, tools: list(anyObject) }, 'type'),
  ),
};
