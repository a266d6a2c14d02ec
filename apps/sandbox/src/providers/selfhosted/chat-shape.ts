import {
  any,
  boolean,
  decimal,
  either,
  integer,
  list,
  map,
  nullable,
  oneOf,
  open,
  string,
  tagged,
} from '../../shapes/shape.js';

const MESSAGE = open({
  role: string,
  'content?': nullable(either(string, list(open({ type: string })))),
  'reasoning?': nullable(string),
  'tool_call_id?': nullable(string),
  'tool_calls?': nullable(
    list(open({ 'id?': nullable(string), function: open({ name: string }) })),
  ),
});

const TOOL = open({
  'type?': oneOf('function'),
  function: open({
    name: string,
    'description?': nullable(string),
    'parameters?': nullable(map(any)),
  }),
});

const RESPONSE_FORMAT = open({
  type: oneOf('text', 'json_object', 'json_schema', 'structural_tag'),
  'json_schema?': nullable(open({ name: string, 'schema?': nullable(map(any)) })),
});

/** The body of vLLM's `POST /v1/chat/completions`. Members that it does not know are ignored. */
export const SELFHOSTED_CHAT_REQUEST = open({
  messages: list(MESSAGE),
  'model?': nullable(string),
  'stream?': nullable(boolean),
  'stream_options?': nullable(
    open({ 'include_usage?': nullable(boolean), 'continuous_usage_stats?': nullable(boolean) }),
  ),
  'max_tokens?': nullable(integer()),
  'max_completion_tokens?': nullable(integer()),
  'n?': nullable(integer()),
  'temperature?': nullable(decimal()),
  'top_p?': nullable(decimal()),
  'top_k?': nullable(integer()),
  'min_p?': nullable(decimal()),
  'presence_penalty?': nullable(decimal()),
  'frequency_penalty?': nullable(decimal()),
  'repetition_penalty?': nullable(decimal()),
  'seed?': nullable(integer()),
  'stop?': nullable(either(string, list(string))),
  'logit_bias?': nullable(map(decimal())),
  'logprobs?': nullable(boolean),
  'top_logprobs?': nullable(integer()),
  'response_format?': nullable(RESPONSE_FORMAT),
  'tools?': nullable(list(TOOL)),
  'tool_choice?': nullable(
    either(
      oneOf('none', 'auto', 'required'),
      tagged('type', { function: open({ function: open({ name: string }) }) }),
    ),
  ),
  'parallel_tool_calls?': nullable(boolean),
  'reasoning_effort?': nullable(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  'include_reasoning?': boolean,
  'chat_template_kwargs?': nullable(map(any)),
  'user?': nullable(string),
});
