import * as z from 'zod/mini';
import { KEY_APIS } from './keys.js';
import { routes } from './route.js';
import { time } from './shapes.js';

const tokens = z.int().check(z.minimum(0));
/** For one token, in pico-USD: a millionth of a millionth of a dollar. */
const picoUsd = z.string().check(z.regex(/^\d{1,20}$/, 'pico-USD as a decimal string'));

const priceTier = z.object({
  /** Holds for all tokens of a request whose input, cached tokens included, is above this; 0 for the first tier. */
  above_input_tokens: tokens,
  input_pico_usd: picoUsd,
  cache_read_pico_usd: picoUsd,
  cache_write_5m_pico_usd: picoUsd,
  cache_write_1h_pico_usd: picoUsd,
  output_pico_usd: picoUsd,
});

export type PriceTier = z.infer<typeof priceTier>;

const endpoint = z.object({
  endpoint_id: z.string(),
  region: z.string(),
  apis: z.array(z.enum(KEY_APIS)),
  /** `ejected`: not used while another one is healthy. */
  state: z.enum(['healthy', 'ejected']),
  /** Decaying means of the time to the first byte, by the region of the gateways that saw them. */
  latencies: z.array(z.object({ gateway_region: z.string(), first_byte_ms: tokens })),
});

const model = z.object({
  model_id: z.string(),
  name: z.string(),
  owned_by: z.string(),
  provider: z.string(),
  aliases: z.array(z.string()),
  created_at: z.nullable(time),
  context_window_tokens: tokens,
  max_input_tokens: tokens,
  max_output_tokens: tokens,
  input_modalities: z.array(z.string()),
  output_modalities: z.array(z.string()),
  /** What is said to the model and by it: sealed and kept for at most 30 days, or never stored. */
  content: z.enum(['sealed_30_days', 'never']),
  /** False where `temperature` and `top_p` are refused. */
  takes_sampling: z.boolean(),
  /** What `reasoning_effort` may say, the least first; empty: not known. */
  efforts: z.array(z.string()),
  /** Spoken by an endpoint itself; requests of the others are translated. */
  apis: z.array(z.enum(KEY_APIS)),
  price: z.object({
    version: z.string(),
    /** ModelBridge chose it: the vendor publishes none. */
    is_assumed: z.boolean(),
    tiers: z.array(priceTier).check(z.minLength(1)),
  }),
  endpoints: z.array(endpoint),
});

export type Model = z.infer<typeof model>;

export const modelRoutes = routes({
  /** Every model of the catalog as it is in this moment, in the catalog's order. */
  list: {
    method: 'GET',
    path: '/bff/models',
    response: z.object({
      /** When the catalog, or the health of an endpoint, last changed. */
      published_at: time,
      items: z.array(model),
    }),
  },
});
