import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';
import { firstViolation, laxNumber } from '../../shapes/first-violation.js';
import { SELFHOSTED_CHAT_REQUEST } from './chat-shape.js';
import { badRequest, validationError, valueError } from './selfhosted-errors.js';

const READING = { betas: new Set<string>(), lax: true };

const PARTS = new Set([
  'text',
  'input_text',
  'output_text',
  'refusal',
  'thinking',
  'image_url',
  'input_image',
  'image_embeds',
  'image_pil',
  'audio_url',
  'audio_embeds',
  'input_audio',
  'video_url',
]);

interface Range {
  holds: (value: number) => boolean;
  words: string;
}

const RANGES: Record<string, Range> = {
  n: { holds: (value) => value >= 1, words: 'n must be at least 1' },
  temperature: { holds: (value) => value >= 0, words: 'temperature must be non-negative' },
  top_p: { holds: (value) => value > 0 && value <= 1, words: 'top_p must be in (0, 1]' },
  presence_penalty: penalty('presence_penalty'),
  frequency_penalty: penalty('frequency_penalty'),
};

function penalty(name: string): Range {
  return { holds: (value) => value >= -2 && value <= 2, words: `${name} must be in [-2, 2]` };
}

/** Throws what vLLM says of the first thing in a chat request that it does not take. */
export function checkSelfHostedChat(body: JsonObject): void {
  const violation = firstViolation(body, SELFHOSTED_CHAT_REQUEST, READING);
  if (violation) throw validationError(violation, READING);
  if (arrayOf(body.messages).length === 0) {
    throw badRequest('messages: a non-empty list of messages is required', 'messages');
  }
  if (isObject(body.stream_options) && !body.stream) {
    throw valueError(
      'Stream options can only be defined when `stream=True`. (parameter=stream_options)',
    );
  }
  const logprobs = laxNumber(body.top_logprobs);
  if (typeof logprobs === 'number' && logprobs > 0 && !body.logprobs) {
    throw valueError('when using `top_logprobs`, `logprobs` must be set to true.');
  }
  checkToolChoice(body);
  checkParts(body);
  checkCalls(body);
  for (const [name, { holds, words }] of Object.entries(RANGES)) {
    const value = laxNumber(body[name]);
    if (typeof value !== 'number' || holds(value)) continue;
    throw badRequest(`${words}, got ${String(body[name])}.`, name);
  }
}

function checkToolChoice({ tools, tool_choice: choice }: JsonObject): void {
  if (choice === undefined || choice === null || choice === 'none') return;
  if (arrayOf(tools).length === 0) {
    throw valueError('When using `tool_choice`, `tools` must be set.');
  }
  const { name } = objectOf(objectOf(choice).function);
  const names = arrayOf(tools).map((tool) => objectOf(objectOf(tool).function).name);
  if (name === undefined || names.includes(name)) return;
  throw valueError(
    'The tool specified in `tool_choice` does not match any of the specified `tools`',
  );
}

function checkParts({ messages }: JsonObject): void {
  for (const message of arrayOf(messages).map(objectOf)) {
    for (const part of arrayOf(message.content).map(objectOf)) {
      const type = stringOf(part.type);
      if (!PARTS.has(type)) throw badRequest(`Unknown part type: ${type}`);
    }
  }
}

/** vLLM parses the arguments of each call in the history. */
function checkCalls({ messages }: JsonObject): void {
  const calls = arrayOf(messages).flatMap((message) => arrayOf(objectOf(message).tool_calls));
  for (const call of calls) {
    const text = objectOf(objectOf(call).function).arguments;
    if (typeof text !== 'string' || text === '') continue;
    try {
      JSON.parse(text);
    } catch {
      throw badRequest(`Expecting value: line 1 column ${text.length + 1} (char ${text.length})`);
    }
  }
}
