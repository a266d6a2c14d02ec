import {
  any,
  beta,
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
  string,
  tagged,
} from '../../shapes/shape.js';
import { BETAS } from './betas.js';
import { CACHE_CONTROL, MESSAGE, SYSTEM_BLOCK } from './block-shapes.js';
import { TOOL, TOOL_CHOICE } from './tool-shapes.js';

const DISPLAY = nullable(
  oneOf('summarized', 'omitted', { value: 'updates', betas: BETAS.displayUpdates }),
);
const BINDING = beta(BETAS.thinkingBinding, nullable(open()));

const THINKING = tagged('type', {
  enabled: object({ budget_tokens: integer(1024), 'display?': DISPLAY, 'block_binding?': BINDING }),
  adaptive: object({ 'display?': DISPLAY, 'block_binding?': BINDING }),
  disabled: object({}),
  between_tools: object({}),
});

const JSON_FORMAT = nullable(tagged('type', { json_schema: object({ schema: map(any) }) }));

const OUTPUT_CONFIG = object({
  'effort?': nullable(oneOf('low', 'medium', 'high', 'xhigh', 'max')),
  'format?': JSON_FORMAT,
  'task_budget?': beta(BETAS.taskBudget, nullable(open({ type: oneOf('tokens') }))),
});

/** What both a message and its count take. */
const COUNTED = {
  model: string,
  messages: list(MESSAGE),
  'system?': either(string, list(SYSTEM_BLOCK)),
  'tools?': list(TOOL),
  'tool_choice?': TOOL_CHOICE,
  'thinking?': THINKING,
  'output_config?': OUTPUT_CONFIG,
  'cache_control?': CACHE_CONTROL,
  'speed?': nullable(oneOf('standard', 'fast')),
  'user_profile_id?': string,
  'workspace_id?': string,
  'context_management?': beta(BETAS.contextManagement, nullable(open())),
  'mcp_servers?': beta(BETAS.mcp, list(open())),
  'output_format?': beta(BETAS.outputFormat, JSON_FORMAT),
};

/** The body of `POST /v1/messages/count_tokens`. */
export const COUNT_REQUEST = object(COUNTED);

/** The body of `POST /v1/messages`. */
export const MESSAGES_REQUEST = object({
  ...COUNTED,
  max_tokens: integer(1),
  'stream?': boolean,
  'stop_sequences?': list(string),
  'temperature?': decimal(0, 1),
  'top_p?': decimal(0, 1),
  'top_k?': integer(0),
  'metadata?': object({ 'user_id?': nullable(string) }),
  'service_tier?': oneOf('auto', 'standard_only'),
  'inference_geo?': nullable(string),
  'container?': nullable(either(string, open())),
  'diagnostics?': nullable(open()),
  'compaction?': beta(BETAS.compaction, nullable(open())),
  'fallbacks?': beta(BETAS.fallbacks, nullable(either(string, list(open())))),
  'fallback_credit_token?': beta(BETAS.fallbackCredit, nullable(either(string, open()))),
  'thread?': beta(BETAS.threads, nullable(open())),
});
