import {
  any,
  beta,
  boolean,
  either,
  list,
  map,
  nullable,
  object,
  oneOf,
  open,
  type Shape,
  string,
  tagged,
  text,
} from '../../shapes/shape.js';
import { BETAS } from './betas.js';

/** What a call's id and a tool's name may be made of. */
const ID = text({ pattern: /^[a-zA-Z0-9_-]+$/ });
export const TOOL_NAME = text({ pattern: /^[a-zA-Z0-9_-]{1,128}$/ });

export const CACHE_CONTROL = nullable(
  tagged('type', {
    ephemeral: object({
      'ttl?': oneOf('5m', '1h'),
      'scope?': beta(BETAS.cacheScope, oneOf('global', 'org')),
    }),
  }),
);

const IMAGE_SOURCE = tagged('type', {
  base64: object({
    data: string,
    media_type: oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp'),
  }),
  url: object({ url: string }),
  file: object({ file_id: string }),
});

const TEXT = object({
  text: string,
  'cache_control?': CACHE_CONTROL,
  'citations?': nullable(list(open())),
});
const IMAGE = object({
  source: IMAGE_SOURCE,
  'cache_control?': CACHE_CONTROL,
  'transformations?': nullable(open()),
});

const DOCUMENT = object({
  source: tagged('type', {
    base64: object({ data: string, media_type: oneOf('application/pdf') }),
    text: object({ data: string, media_type: oneOf('text/plain') }),
    content: object({
      content: either(string, list(tagged('type', { text: TEXT, image: IMAGE }))),
    }),
    url: object({ url: string }),
    file: object({ file_id: string }),
  }),
  'cache_control?': CACHE_CONTROL,
  'citations?': nullable(object({ 'enabled?': boolean })),
  'context?': nullable(string),
  'title?': nullable(string),
});

const SEARCH_RESULT = object({
  content: list(tagged('type', { text: TEXT })),
  source: string,
  title: string,
  'cache_control?': CACHE_CONTROL,
  'citations?': object({ 'enabled?': boolean }),
});

const RESULT_BLOCK = tagged('type', {
  text: TEXT,
  image: IMAGE,
  search_result: SEARCH_RESULT,
  document: DOCUMENT,
  tool_reference: object({ tool_name: string, 'cache_control?': CACHE_CONTROL }),
  browser_state: open(),
});

/** A block of a message. What Anthropic's own tools left behind is not looked into. */
const BLOCK = tagged('type', {
  text: TEXT,
  image: IMAGE,
  document: DOCUMENT,
  search_result: SEARCH_RESULT,
  thinking: object({ thinking: string, signature: string }),
  redacted_thinking: object({ data: string }),
  tool_use: object({
    id: ID,
    name: text({ pattern: /^[a-zA-Z0-9_-]{1,200}$/ }),
    input: map(any),
    'cache_control?': CACHE_CONTROL,
    'caller?': open(),
    'toolset_name?': nullable(string),
  }),
  tool_result: object({
    tool_use_id: ID,
    'content?': either(string, list(RESULT_BLOCK)),
    'is_error?': boolean,
    'cache_control?': CACHE_CONTROL,
    'toolset_name?': nullable(string),
  }),
  server_tool_use: open({ id: string, name: string }),
  web_search_tool_result: open(),
  web_fetch_tool_result: open(),
  code_execution_tool_result: open(),
  bash_code_execution_tool_result: open(),
  text_editor_code_execution_tool_result: open(),
  tool_search_tool_result: open(),
  container_upload: open({ file_id: string }),
  mcp_tool_use: beta(BETAS.mcp, open()),
  mcp_tool_result: beta(BETAS.mcp, open()),
  mcp_tool_listing: beta(BETAS.mcp, open()),
  advisor_tool_result: beta(BETAS.advisor, open()),
  compaction: beta(BETAS.compactionBlocks, open()),
  fallback: beta(BETAS.fallbacks, open()),
  tool_addition: beta(BETAS.toolChanges, open()),
  tool_removal: beta(BETAS.toolChanges, open()),
});

export const MESSAGE: Shape = object({
  role: oneOf('user', 'assistant', 'system'),
  content: either(string, list(BLOCK)),
});

/** A block of the system prompt: always text, so a path does not name its type. */
export const SYSTEM_BLOCK = object({
  type: oneOf('text'),
  text: string,
  'cache_control?': CACHE_CONTROL,
  'citations?': nullable(list(open())),
});
