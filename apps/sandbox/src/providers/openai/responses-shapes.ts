import {
  any,
  boolean,
  either,
  integer,
  list,
  map,
  nullable,
  object,
  oneOf,
  open,
  type Shape,
  string,
  tagged,
} from '../../shapes/shape.js';
import { EFFORT, GRAMMAR, JSON_SCHEMA_FORMAT, NAME, SAMPLING, VERBOSITY } from './common-shapes.js';
import { ITEM } from './item-shapes.js';

const DEFERRABLE = {
  'defer_loading?': boolean,
  'async?': boolean,
  'allowed_callers?': nullable(list(string)),
};

const FUNCTION = object({
  name: NAME,
  'description?': nullable(string),
  'parameters?': nullable(map(any)),
  'strict?': nullable(boolean),
  'output_schema?': nullable(map(any)),
  ...DEFERRABLE,
});
const CUSTOM = object({
  name: NAME,
  'description?': nullable(string),
  'format?': GRAMMAR,
  ...DEFERRABLE,
});

/** Tools that OpenAI runs, or defines, are looked at no further than their type. */
const TOOL: Shape = tagged('type', {
  function: FUNCTION,
  custom: CUSTOM,
  namespace: object({
    name: string,
    description: string,
    tools: list(tagged('type', { function: FUNCTION, custom: CUSTOM })),
  }),
  tool_search: object({
    'description?': nullable(string),
    'execution?': oneOf('server', 'client'),
    'parameters?': any,
  }),
  apply_patch: object({ 'allowed_callers?': nullable(list(string)) }),
  shell: object({
    'environment?': nullable(open({ type: string })),
    'allowed_callers?': nullable(list(string)),
  }),
  local_shell: object({}),
  file_search: open(),
  computer: open(),
  computer_use_preview: open(),
  web_search: open(),
  web_search_2025_08_26: open(),
  web_search_preview: open(),
  web_search_preview_2025_03_11: open(),
  mcp: open({ server_label: string }),
  code_interpreter: open(),
  image_generation: open(),
  programmatic_tool_calling: open(),
});

const named = object({ name: string });
const hosted = object({});

const TOOL_CHOICE = nullable(
  either(
    oneOf('none', 'auto', 'required'),
    tagged('type', {
      allowed_tools: object({ 'mode?': oneOf('auto', 'required'), tools: list(map(any)) }),
      function: named,
      custom: named,
      mcp: object({ server_label: string, 'name?': nullable(string) }),
      apply_patch: hosted,
      shell: hosted,
      file_search: hosted,
      web_search: hosted,
      web_search_preview: hosted,
      web_search_preview_2025_03_11: hosted,
      computer: hosted,
      computer_use: hosted,
      computer_use_preview: hosted,
      image_generation: hosted,
      code_interpreter: hosted,
      programmatic_tool_calling: hosted,
    }),
  ),
);

const TEXT = nullable(
  object({
    'format?': nullable(
      tagged('type', {
        text: object({}),
        json_object: object({}),
        json_schema: object(JSON_SCHEMA_FORMAT),
      }),
    ),
    'verbosity?': VERBOSITY,
  }),
);

const SUMMARY = nullable(oneOf('auto', 'concise', 'detailed'));

const REASONING = nullable(
  object({
    'effort?': EFFORT,
    'summary?': SUMMARY,
    'generate_summary?': SUMMARY,
    'context?': nullable(oneOf('auto', 'current_turn', 'all_turns')),
  }),
);

/** What every call that reads a conversation takes. */
const CONVERSATION = {
  model: string,
  'input?': nullable(either(string, list(ITEM))),
  'instructions?': nullable(string),
  'previous_response_id?': nullable(string),
};

const READ = {
  ...CONVERSATION,
  'conversation?': nullable(either(string, open())),
  'tools?': nullable(list(TOOL)),
  'tool_choice?': TOOL_CHOICE,
  'parallel_tool_calls?': nullable(boolean),
  'reasoning?': REASONING,
  'text?': TEXT,
  'truncation?': nullable(oneOf('auto', 'disabled')),
};

/** The body of `POST /v1/responses`. */
export const RESPONSES_REQUEST: Shape = object({
  ...SAMPLING,
  ...READ,
  'include?': nullable(
    list(
      oneOf(
        'file_search_call.results',
        'web_search_call.results',
        'web_search_call.action.sources',
        'message.input_image.image_url',
        'computer_call_output.output.image_url',
        'code_interpreter_call.outputs',
        'reasoning.encrypted_content',
        'message.output_text.logprobs',
      ),
    ),
  ),
  'max_output_tokens?': nullable(integer()),
  'max_tool_calls?': nullable(integer(1)),
  'stream_options?': nullable(object({ 'include_obfuscation?': boolean })),
  'background?': nullable(boolean),
  'background_options?': open(),
  'context_management?': nullable(list(open({ type: oneOf('compaction') }))),
  'prompt?': nullable(open()),
  'image?': open(),
  'access_programs?': open(),
});

/** The body of `POST /v1/responses/input_tokens`. */
export const INPUT_TOKENS_REQUEST: Shape = object({ ...READ, 'personality?': string });

/** The body of `POST /v1/responses/compact`. */
export const COMPACT_REQUEST: Shape = object({
  ...CONVERSATION,
  'prompt_cache_key?': nullable(string),
  'prompt_cache_retention?': nullable(string),
  'prompt_cache_options?': nullable(open()),
  'service_tier?': nullable(string),
  'image?': open(),
});
