import {
  any,
  boolean,
  decimal,
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
import {
  CACHE_BREAKPOINT,
  EFFORT,
  GRAMMAR,
  JSON_SCHEMA_FORMAT,
  NAME,
  SAMPLING,
  VERBOSITY,
} from './common-shapes.js';

const TEXT = object({ text: string, 'prompt_cache_breakpoint?': CACHE_BREAKPOINT });
const TEXTS = either(string, list(tagged('type', { text: TEXT })));

const USER_PART = tagged('type', {
  text: TEXT,
  image_url: object({
    image_url: object({ url: string, 'detail?': oneOf('auto', 'low', 'high', 'original') }),
    'prompt_cache_breakpoint?': CACHE_BREAKPOINT,
  }),
  input_audio: object({
    input_audio: object({ data: string, format: oneOf('wav', 'mp3') }),
    'prompt_cache_breakpoint?': CACHE_BREAKPOINT,
  }),
  file: object({
    file: object({ 'file_data?': string, 'file_id?': string, 'filename?': string }),
    'prompt_cache_breakpoint?': CACHE_BREAKPOINT,
  }),
});

const TOOL_CALL = tagged('type', {
  function: object({ id: string, function: object({ name: NAME, arguments: string }) }),
  custom: object({ id: string, custom: object({ name: NAME, input: string }) }),
});

/**
 * `annotations` is of replies; it is taken back, since callers send messages as they got them. Nor does OpenAI's
 * schema have the `name` of a tool's message, which LangChain and many examples send.
 */
const MESSAGE = tagged('role', {
  system: object({ content: TEXTS, 'name?': string }),
  developer: object({ content: TEXTS, 'name?': string }),
  user: object({ content: either(string, list(USER_PART)), 'name?': string }),
  assistant: object({
    'content?': nullable(
      either(string, list(tagged('type', { text: TEXT, refusal: object({ refusal: string }) }))),
    ),
    'refusal?': nullable(string),
    'name?': string,
    'audio?': nullable(open()),
    'annotations?': nullable(list(any)),
    'function_call?': nullable(object({ name: string, arguments: string })),
    'tool_calls?': list(TOOL_CALL),
  }),
  tool: object({ content: TEXTS, tool_call_id: string, 'name?': string }),
  function: object({ content: nullable(string), name: string }),
});

const FUNCTION = object({
  name: NAME,
  'description?': nullable(string),
  'parameters?': nullable(map(any)),
  'strict?': nullable(boolean),
});

const TOOL = tagged('type', {
  function: object({ function: FUNCTION }),
  custom: object({
    custom: object({ name: NAME, 'description?': string, 'format?': GRAMMAR }),
  }),
});

const NAMED = object({ name: string });

const TOOL_CHOICE = either(
  oneOf('none', 'auto', 'required'),
  tagged('type', {
    function: object({ function: NAMED }),
    custom: object({ custom: NAMED }),
    allowed_tools: object({
      allowed_tools: object({ mode: oneOf('auto', 'required'), tools: list(map(any)) }),
    }),
  }),
);

const RESPONSE_FORMAT = tagged('type', {
  text: object({}),
  json_object: object({}),
  json_schema: object({ json_schema: object(JSON_SCHEMA_FORMAT) }),
});

/** The body of `POST /v1/chat/completions`. */
export const CHAT_REQUEST: Shape = object({
  ...SAMPLING,
  messages: list(MESSAGE),
  'tools?': list(TOOL),
  'tool_choice?': TOOL_CHOICE,
  'response_format?': RESPONSE_FORMAT,
  'max_completion_tokens?': nullable(integer()),
  'max_tokens?': nullable(integer()),
  'n?': nullable(integer(1, 128)),
  'stop?': nullable(either(string, list(string, 4))),
  'seed?': nullable(integer()),
  'presence_penalty?': nullable(decimal(-2, 2)),
  'frequency_penalty?': nullable(decimal(-2, 2)),
  'logit_bias?': nullable(map(decimal(-100, 100))),
  'logprobs?': nullable(boolean),
  'reasoning_effort?': EFFORT,
  'verbosity?': VERBOSITY,
  'modalities?': nullable(list(oneOf('text', 'audio'))),
  'audio?': nullable(open()),
  'prediction?': nullable(open()),
  'web_search_options?': open(),
  'functions?': list(FUNCTION),
  'function_call?': either(oneOf('none', 'auto'), NAMED),
});
