import type { ProviderModel } from '../../provider-api.js';
import { ProviderError } from '../../provider-error.js';

export interface AnthropicModel extends ProviderModel {
  displayName: string;
  createdAt: string;
  contextTokens: number;
  maxOutputTokens: number;
  /** Shortest prefix that is cached. */
  minimumCachedTokens: number;
}

export const ANTHROPIC_MODELS: AnthropicModel[] = [
  {
    name: 'claude-sonnet-4-6',
    aliases: [],
    displayName: 'Claude Sonnet 4.6',
    createdAt: '2026-02-17T00:00:00Z',
    contextTokens: 1_000_000,
    maxOutputTokens: 64_000,
    minimumCachedTokens: 1024,
  },
  {
    name: 'claude-opus-4-6',
    aliases: [],
    displayName: 'Claude Opus 4.6',
    createdAt: '2026-02-05T00:00:00Z',
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    minimumCachedTokens: 4096,
  },
  {
    name: 'claude-opus-4-5-20251101',
    aliases: ['claude-opus-4-5'],
    displayName: 'Claude Opus 4.5',
    createdAt: '2025-11-01T00:00:00Z',
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    minimumCachedTokens: 4096,
  },
  {
    name: 'claude-sonnet-4-20250514',
    aliases: ['claude-sonnet-4-0'],
    displayName: 'Claude Sonnet 4',
    createdAt: '2025-05-14T00:00:00Z',
    contextTokens: 1_000_000,
    maxOutputTokens: 64_000,
    minimumCachedTokens: 1024,
  },
];

/** The model of that name or alias. Throws Anthropic's 404 for one that it does not have. */
export function anthropicModel(name: unknown): AnthropicModel {
  if (typeof name !== 'string') throw invalidRequest('model: Field required');
  const model = ANTHROPIC_MODELS.find(
    (candidate) => candidate.name === name || candidate.aliases.includes(name),
  );
  if (model) return model;
  throw new ProviderError(404, 'not_found_error', `model: ${name}`);
}

export function invalidRequest(message: string): ProviderError {
  return new ProviderError(400, 'invalid_request_error', message);
}
