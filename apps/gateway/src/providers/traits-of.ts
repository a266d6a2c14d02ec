import type { Provider } from '@modelbridge/contracts';
import { anthropic } from './anthropic.js';
import { openai } from './openai.js';
import type { ProviderTraits } from './provider-traits.js';
import { selfhosted } from './selfhosted.js';

export const traitsOf: Record<Provider, ProviderTraits> = { anthropic, openai, selfhosted };
