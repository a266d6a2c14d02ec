import type { ProviderModel } from '../../provider-api.js';
import { ProviderError } from '../../provider-error.js';

export interface OpenAiModel extends ProviderModel {
  /** Codex models are served by the Responses API alone. */
  chat: boolean;
  maxInputTokens: number;
  maxOutputTokens: number;
  created: number;
}

export const OPENAI_MODELS: OpenAiModel[] = [
  {
    name: 'gpt-5.4',
    aliases: [],
    chat: true,
    maxInputTokens: 1_050_000,
    maxOutputTokens: 128_000,
    created: 1_772_668_800,
  },
  {
    name: 'gpt-5.3-codex',
    aliases: [],
    chat: false,
    maxInputTokens: 272_000,
    maxOutputTokens: 128_000,
    created: 1_770_249_600,
  },
  {
    name: 'gpt-5.3-codex-spark',
    aliases: [],
    chat: false,
    maxInputTokens: 128_000,
    maxOutputTokens: 128_000,
    created: 1_770_854_400,
  },
  {
    name: 'gpt-5.2-codex',
    aliases: [],
    chat: false,
    maxInputTokens: 272_000,
    maxOutputTokens: 128_000,
    created: 1_768_348_800,
  },
];

/** The model of that name. Throws OpenAI's 404 for one that it does not have. */
export function openAiModel(name: unknown): OpenAiModel {
  if (typeof name !== 'string' || name === '') {
    throw new ProviderError(400, 'invalid_request_error', 'you must provide a model parameter');
  }
  const model = OPENAI_MODELS.find((candidate) => candidate.name === name);
  if (model) return model;
  throw new ProviderError(
    404,
    'invalid_request_error',
    `The model \`${name}\` does not exist or you do not have access to it.`,
    { code: 'model_not_found' },
  );
}

/** Tokens that an image or a file costs, whatever it holds. */
export const OPENAI_IMAGE_TOKENS = 765;

/** Throws when the prompt is longer than the model takes. */
export function requireRoom(model: OpenAiModel, inputTokens: number, param: string): void {
  if (inputTokens <= model.maxInputTokens) return;
  throw new ProviderError(
    400,
    'invalid_request_error',
    `Input tokens exceed the configured limit of ${model.maxInputTokens} tokens. ` +
      `Your messages resulted in ${inputTokens} tokens. Please reduce the length of the messages.`,
    { code: 'context_length_exceeded', param },
  );
}
