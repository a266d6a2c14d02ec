import { z } from 'zod';
import { operation } from '../operations/operation.js';

const tag = 'Models';

const facts = {
  id: z.string(),
  provider: z.string(),
  context_window: z.int(),
  max_input_tokens: z.int(),
  max_output_tokens: z.int(),
  input_modalities: z.array(z.string()),
  output_modalities: z.array(z.string()),
  content_policy: z
    .string()
    .describe('sealed_30_days: kept for at most 30 days; never: not stored at all.'),
  price_version: z.string(),
  prices: z
    .array(
      z.object({
        above_input_tokens: z.int(),
        input_pico_usd: z.string(),
        cache_read_pico_usd: z.string(),
        cache_write_5m_pico_usd: z.string(),
        cache_write_1h_pico_usd: z.string(),
        output_pico_usd: z.string(),
      }),
    )
    .describe('For each token, in millionths of a millionth of a US dollar.'),
};

const openaiShape = z
  .looseObject({
    ...facts,
    object: z.literal('model'),
    created: z.int().describe('Seconds since the Unix epoch.'),
    owned_by: z.string(),
    display_name: z.string(),
    aliases: z.array(z.string()),
  })
  .meta({ id: 'Model' });

const anthropicShape = z
  .looseObject({
    ...facts,
    type: z.literal('model'),
    created_at: z.string(),
    display_name: z.string(),
  })
  .meta({ id: 'ModelForAnthropic' });

export const listModels = operation({
  id: 'listModels',
  method: 'GET',
  path: '/v1/models',
  tag,
  summary: 'The models that can be called.',
  description:
    'In the shape of the vendor whose client asks: Anthropic’s where anthropic-version or x-api-key is sent, else OpenAI’s.',
  // Vendors' clients send what they like: what is not known says nothing.
  query: z.looseObject({
    limit: z.unknown().optional().describe('Anthropic’s clients only: from 1 to 1000.'),
    after_id: z.unknown().optional().describe('Anthropic’s clients only.'),
    before_id: z.unknown().optional().describe('Anthropic’s clients only.'),
  }),
  answer: z.union([
    z.object({
      object: z.literal('list'),
      data: z.array(openaiShape),
      has_more: z.boolean(),
      next_cursor: z.null(),
    }),
    z.object({
      data: z.array(anthropicShape),
      has_more: z.boolean(),
      first_id: z.string().nullable(),
      last_id: z.string().nullable(),
    }),
  ]),
});

export const getModel = operation({
  id: 'getModel',
  method: 'GET',
  path: '/v1/models/{id}',
  tag,
  summary: 'One model, by its id or an alias.',
  params: z.strictObject({ id: z.string() }),
  query: z.looseObject({}),
  answer: z.union([openaiShape, anthropicShape]),
});
