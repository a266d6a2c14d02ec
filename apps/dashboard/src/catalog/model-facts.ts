import { ContentPolicy, type Model, type PriceTier } from '@modelbridge/contracts/routing.v1';

/** Of whom models are, in the order in which people look for them. */
const makers: [provider: string, title: string][] = [
  ['anthropic', 'Claude, by Anthropic'],
  ['openai', 'GPT, by OpenAI'],
  ['selfhosted', 'Open models, run by us'],
];

export interface ModelGroup {
  title: string;
  models: Model[];
}

/** The models by who serves them; those of a provider that has no title of its own come last. */
export function byMaker(models: readonly Model[]): ModelGroup[] {
  const known = makers.map(([provider, title]) => ({
    title,
    models: models.filter((model) => model.provider === provider),
  }));
  const others = models.filter(({ provider }) => !makers.some(([name]) => name === provider));
  return [...known, { title: 'Others', models: others }].filter((group) => group.models.length > 0);
}

/** What becomes of what requests to the model say. */
export function contentPolicyOf({ contentPolicy }: Model): string {
  return contentPolicy === ContentPolicy.NEVER ? 'never stored' : 'sealed, 30 days at most';
}

/** The price of a request with little input. */
export function basePrice({ price }: Model): PriceTier | undefined {
  return price?.tiers[0];
}
