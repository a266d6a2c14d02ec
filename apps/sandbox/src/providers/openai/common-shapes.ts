import {
  any,
  boolean,
  decimal,
  integer,
  map,
  nullable,
  object,
  oneOf,
  open,
  string,
  tagged,
  text,
} from '../../shapes/shape.js';

export const NAME = text({ pattern: /^[a-zA-Z0-9_-]+$/, most: 64 });
export const CACHE_BREAKPOINT = nullable(open({ mode: oneOf('explicit') }));
export const EFFORT = nullable(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'));
export const VERBOSITY = nullable(oneOf('low', 'medium', 'high'));

export const GRAMMAR = tagged('type', {
  text: object({}),
  grammar: open(),
});

/** What a schema for the answer has, beside its `type`. */
export const JSON_SCHEMA_FORMAT = {
  name: NAME,
  'schema?': map(any),
  'description?': string,
  'strict?': nullable(boolean),
};

/** What both APIs take at the top of a body. */
export const SAMPLING = {
  model: string,
  'stream?': nullable(boolean),
  'temperature?': nullable(decimal(0, 2)),
  'top_p?': nullable(decimal(0, 1)),
  'top_logprobs?': nullable(integer(0, 20)),
  'parallel_tool_calls?': nullable(boolean),
  'metadata?': nullable(map(text({ most: 512 }))),
  'store?': nullable(boolean),
  'user?': nullable(string),
  'safety_identifier?': nullable(text({ most: 64 })),
  'prompt_cache_key?': nullable(text({ most: 64 })),
  'prompt_cache_retention?': nullable(oneOf('in_memory', 'in-memory', '24h')),
  'prompt_cache_options?': nullable(open()),
  'service_tier?': nullable(oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast')),
  'stream_options?': nullable(
    object({ 'include_usage?': boolean, 'include_obfuscation?': boolean }),
  ),
  'moderation?': nullable(open()),
};
