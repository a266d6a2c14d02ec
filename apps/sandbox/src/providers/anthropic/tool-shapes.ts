import {
  any,
  beta,
  boolean,
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
import { BETAS } from './betas.js';
import { CACHE_CONTROL, TOOL_NAME } from './block-shapes.js';

/** What every tool may have. */
const COMMON = {
  'allowed_callers?': list(string),
  'cache_control?': CACHE_CONTROL,
  'defer_loading?': boolean,
  'strict?': boolean,
};

const CALLERS = { ...COMMON, 'input_examples?': list(map(any)) };

const CUSTOM = object({
  name: TOOL_NAME,
  input_schema: open({
    type: oneOf('object'),
    'properties?': nullable(map(any)),
    'required?': nullable(list(string)),
  }),
  'description?': string,
  'eager_input_streaming?': nullable(boolean),
  ...CALLERS,
});

const editor = (name: string, more: Record<string, Shape> = {}) =>
  object({ name: oneOf(name), ...CALLERS, ...more });
const search = (kind: string) => object({ name: oneOf(`tool_search_tool_${kind}`), ...COMMON });
/** A tool that Anthropic itself runs: its own members are not looked into. */
const hosted = (name: string) => open({ name: oneOf(name), ...COMMON });

/** The tools by type; one without is the caller's own. */
export const TOOL = tagged(
  'type',
  {
    bash_20250124: object({ name: oneOf('bash'), ...CALLERS }),
    browser_toolset_20260801: open(),
    code_execution_20250522: hosted('code_execution'),
    code_execution_20250825: hosted('code_execution'),
    code_execution_20260120: hosted('code_execution'),
    code_execution_20260521: hosted('code_execution'),
    computer_toolset_20260801: open(),
    custom: CUSTOM,
    memory_20250818: object({ name: oneOf('memory'), ...CALLERS }),
    text_editor_20250124: editor('str_replace_editor'),
    text_editor_20250429: editor('str_replace_based_edit_tool'),
    text_editor_20250728: editor('str_replace_based_edit_tool', {
      'max_characters?': nullable({ kind: 'integer', least: 1 }),
    }),
    tool_search_tool_bm25: search('bm25'),
    tool_search_tool_bm25_20251119: search('bm25'),
    tool_search_tool_regex: search('regex'),
    tool_search_tool_regex_20251119: search('regex'),
    web_fetch_20250910: hosted('web_fetch'),
    web_fetch_20260209: hosted('web_fetch'),
    web_fetch_20260309: hosted('web_fetch'),
    web_fetch_20260318: hosted('web_fetch'),
    web_search_20250305: hosted('web_search'),
    web_search_20260209: hosted('web_search'),
    web_search_20260318: hosted('web_search'),
    advisor_20260301: beta(BETAS.advisor, open()),
    bash_20241022: beta(BETAS.computerUse, open()),
    computer_20241022: beta(BETAS.computerUse, open()),
    computer_20250124: beta(BETAS.computerUse, open()),
    computer_20251124: beta(BETAS.computerUse, open()),
    mcp_toolset: beta(BETAS.mcp, open()),
    text_editor_20241022: beta(BETAS.computerUse, open()),
  },
  'custom',
);

const parallel = { 'disable_parallel_tool_use?': boolean };

export const TOOL_CHOICE = tagged('type', {
  auto: object(parallel),
  any: object(parallel),
  tool: object({ name: string, ...parallel }),
  none: object({}),
});
