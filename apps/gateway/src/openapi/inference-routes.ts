import type { WireFormat } from '@modelbridge/llm-wire';

/** A route that the ingress answers itself. */
export interface InferenceRoute {
  /** OpenAPI's operationId. */
  id: string;
  path: `/v1/${string}`;
  format: WireFormat;
  /** Members that a body must have. */
  required: readonly string[];
  summary: string;
  /** With `"stream": true` the answer is server-sent events. */
  streams: boolean;
}

const messages = ['model', 'messages'];

export const inferenceRoutes: readonly InferenceRoute[] = [
  {
    id: 'createChatCompletion',
    path: '/v1/chat/completions',
    format: 'chat',
    required: messages,
    summary: 'A reply in the form of OpenAI’s Chat Completions, by any model.',
    streams: true,
  },
  {
    id: 'createResponse',
    path: '/v1/responses',
    format: 'responses',
    required: ['model', 'input'],
    summary:
      'A reply in the form of OpenAI’s Responses, by any model. A GET opens a WebSocket for turns.',
    streams: true,
  },
  {
    id: 'compactResponse',
    path: '/v1/responses/compact',
    format: 'responses',
    required: ['model', 'input'],
    summary: 'A conversation made shorter, for this account to go on with.',
    streams: false,
  },
  {
    id: 'countResponseTokens',
    path: '/v1/responses/input_tokens',
    format: 'responses',
    required: ['model', 'input'],
    summary: 'How many input tokens a response would take; free of charge.',
    streams: false,
  },
  {
    id: 'createMessage',
    path: '/v1/messages',
    format: 'messages',
    required: [...messages, 'max_tokens'],
    summary: 'A reply in the form of Anthropic’s Messages, by any model.',
    streams: true,
  },
  {
    id: 'countMessageTokens',
    path: '/v1/messages/count_tokens',
    format: 'messages',
    required: messages,
    summary: 'How many input tokens a message would take; free of charge.',
    streams: false,
  },
];
