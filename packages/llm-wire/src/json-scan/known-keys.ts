import { NameTable } from './name-table.js';

/** Keys that say what a message carries; everything else is plain text to the token bound. */
export const Key = {
  other: 0,
  type: 1,
  url: 2,
  imageUrl: 3,
  fileId: 4,
  fileUrl: 5,
  fileData: 6,
  data: 7,
  content: 8,
  output: 9,
  source: 10,
  file: 11,
  inputAudio: 12,
  messages: 13,
  input: 14,
  role: 15,
  text: 16,
  /** Anthropic's `signature`, OpenAI's `encrypted_content`. */
  seal: 17,
  callId: 18,
  /** What other vendors add to chat: shown reasoning, cache breakpoints. */
  shown: 19,
  breakpoint: 20,
  toolCalls: 21,
  /** Of a call, as JSON in a string. */
  arguments: 22,
} as const;
export type Key = (typeof Key)[keyof typeof Key];

export const knownKeys = new NameTable<Key>([
  ['type', Key.type],
  ['url', Key.url],
  ['image_url', Key.imageUrl],
  ['file_id', Key.fileId],
  ['file_url', Key.fileUrl],
  ['file_data', Key.fileData],
  ['data', Key.data],
  ['content', Key.content],
  ['output', Key.output],
  ['source', Key.source],
  ['file', Key.file],
  ['input_audio', Key.inputAudio],
  ['messages', Key.messages],
  ['input', Key.input],
  ['role', Key.role],
  ['text', Key.text],
  ['signature', Key.seal],
  ['encrypted_content', Key.seal],
  ['call_id', Key.callId],
  ['tool_call_id', Key.callId],
  ['reasoning', Key.shown],
  ['reasoning_content', Key.shown],
  ['reasoning_details', Key.shown],
  ['cache_control', Key.breakpoint],
  ['tool_calls', Key.toolCalls],
  ['arguments', Key.arguments],
]);
