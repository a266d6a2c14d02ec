import { httpConfig, logConfig } from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { MAX_FAULT_DELAY_MS } from './bounds.js';

/** Injection token of the parsed configuration. */
export const SANDBOX_CONFIG = Symbol('SANDBOX_CONFIG');

export const sandboxConfigSchema = z.object({
  ...httpConfig,
  ...logConfig,
  /** The keys that the stand-ins accept. */
  SANDBOX_OPENAI_API_KEY: z.string().min(1),
  SANDBOX_ANTHROPIC_API_KEY: z.string().min(1),
  SANDBOX_SELFHOSTED_API_KEY: z.string().min(1),
  /** Pause between the chunks of a stream; 0 only yields to the event loop. */
  SANDBOX_CHUNK_DELAY_MS: z.coerce.number().int().min(0).max(MAX_FAULT_DELAY_MS).default(0),
});

export type SandboxConfig = z.infer<typeof sandboxConfigSchema>;
