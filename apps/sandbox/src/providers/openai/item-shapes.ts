import {
  any,
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
import { CACHE_BREAKPOINT, NAME } from './common-shapes.js';

const CALL_ID = text({ most: 64 });
const STATUS = nullable(oneOf('in_progress', 'completed', 'incomplete'));
const PHASE = nullable(oneOf('commentary', 'final_answer'));

const INPUT_TEXT = object({ text: string, 'prompt_cache_breakpoint?': CACHE_BREAKPOINT });
const INPUT_IMAGE = object({
  'detail?': nullable(oneOf('auto', 'low', 'high', 'original')),
  'file_id?': nullable(string),
  'image_url?': nullable(string),
  'prompt_cache_breakpoint?': CACHE_BREAKPOINT,
});
const INPUT_FILE = object({
  'detail?': nullable(oneOf('auto', 'low', 'high')),
  'file_data?': nullable(string),
  'file_id?': nullable(string),
  'file_url?': nullable(string),
  'filename?': nullable(string),
  'prompt_cache_breakpoint?': CACHE_BREAKPOINT,
});

/** Content of any message: which role may hold which type is not looked at. */
const CONTENT = tagged('type', {
  input_text: INPUT_TEXT,
  input_image: INPUT_IMAGE,
  output_text: object({
    text: string,
    'annotations?': list(any),
    'logprobs?': list(any),
  }),
  refusal: object({ refusal: string }),
  input_file: INPUT_FILE,
});

const OUTPUT = either(
  string,
  list(
    tagged('type', {
      input_text: INPUT_TEXT,
      input_image: INPUT_IMAGE,
      input_file: INPUT_FILE,
    }),
  ),
);

const CALL = {
  call_id: CALL_ID,
  name: NAME,
  'id?': nullable(string),
  'status?': STATUS,
  'namespace?': nullable(string),
  'caller?': nullable(open()),
  'async?': any,
};
const CALL_OUTPUT = {
  'id?': nullable(string),
  'status?': STATUS,
  'caller?': nullable(open()),
};

/** An item of the input; one without a type is a message. */
export const ITEM: Shape = tagged(
  'type',
  {
    message: object({
      role: oneOf('assistant', 'system', 'developer', 'user'),
      content: either(string, list(CONTENT)),
      'id?': nullable(string),
      'status?': STATUS,
      'phase?': PHASE,
    }),
    function_call: object({ ...CALL, arguments: string }),
    function_call_output: object({
      ...CALL_OUTPUT,
      'call_id?': nullable(CALL_ID),
      output: OUTPUT,
      'name?': nullable(string),
      'namespace?': nullable(string),
    }),
    custom_tool_call: object({ ...CALL, input: string }),
    custom_tool_call_output: object({ ...CALL_OUTPUT, call_id: CALL_ID, output: OUTPUT }),
    reasoning: object({
      'id?': nullable(string),
      summary: list(object({ type: oneOf('summary_text'), text: string })),
      'content?': nullable(list(object({ type: oneOf('reasoning_text'), text: string }))),
      'encrypted_content?': nullable(string),
      'status?': STATUS,
    }),
    compaction: object({ encrypted_content: string, 'id?': nullable(string) }),
    compaction_trigger: object({ 'id?': nullable(string) }),
    item_reference: object({ id: string }),
    apply_patch_call: open({ call_id: CALL_ID, operation: map(any) }),
    apply_patch_call_output: open({ call_id: CALL_ID }),
    shell_call: open({ call_id: CALL_ID, action: map(any) }),
    shell_call_output: open({ call_id: CALL_ID, output: list(any) }),
    local_shell_call: open({ call_id: CALL_ID, action: map(any) }),
    local_shell_call_output: open(),
    tool_search_call: open({ arguments: any }),
    tool_search_output: open({ tools: list(open()) }),
    additional_tools: open({ tools: list(open()) }),
    configuration_update: open(),
    computer_call: open(),
    computer_call_output: open(),
    file_search_call: open(),
    web_search_call: open(),
    image_generation_call: open(),
    code_interpreter_call: open(),
    mcp_list_tools: open(),
    mcp_approval_request: open(),
    mcp_approval_response: open(),
    mcp_call: open(),
    program: open(),
    program_output: open(),
  },
  'message',
);
