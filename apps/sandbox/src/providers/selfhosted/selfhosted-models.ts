import type { ProviderModel } from '../../provider-api.js';

export interface SelfHostedModel extends ProviderModel {
  /** Tokens of prompt and output together. */
  contextTokens: number;
}

export const SELFHOSTED_MODELS: SelfHostedModel[] = [
  { name: 'moonshotai/Kimi-K2.5', aliases: ['kimi-k2.5'], contextTokens: 262_144 },
  { name: 'MiniMaxAI/MiniMax-M2.5', aliases: ['minimax-m2.5'], contextTokens: 196_608 },
  { name: 'MiniMaxAI/MiniMax-M2.7', aliases: ['minimax-m2.7'], contextTokens: 204_800 },
  { name: 'zai-org/GLM-5', aliases: ['glm-5'], contextTokens: 202_752 },
];
