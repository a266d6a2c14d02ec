import { providerFacts, type Provider } from '@modelbridge/contracts';
import { z } from 'zod';

/** Where a provider lists its models; all known APIs do it by this path. */
export function probeUrl(provider: Provider, baseUrl: string): string {
  return `${baseUrl}${providerFacts[provider].baseUrlHasVersion ? '' : '/v1'}/models`;
}

/** Longer lists are not read: what they hold is not known then. */
const maxListBytes = 1024 * 1024;

export interface ProbeResult {
  alive: boolean;
  /** Every name of every model that the server lists; undefined where it lists none to us. */
  models?: ReadonlySet<string>;
}

/**
 * Asks a server for its models. Any answer below 500 says that it is there:
 * routing has no key of the pools, and a 401 comes from a server that works.
 */
export async function probe(url: string, signal: AbortSignal): Promise<ProbeResult> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal });
    if (response.status === 200) return { alive: true, ...(await listedIn(response)) };
    await response.body?.cancel();
    return { alive: response.status < 500 };
  } catch {
    return { alive: false };
  }
}

async function listedIn(response: Response): Promise<Pick<ProbeResult, 'models'>> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > maxListBytes) return {};
  }
  const list = listSchema.safeParse(parsed(text));
  if (!list.success || list.data.data.length === 0) return {};
  return { models: new Set(list.data.data.flatMap(({ id, aliases = [] }) => [id, ...aliases])) };
}

/** As vLLM lists what it serves, an entry for each name; llama-server adds `aliases` to the one that it has. */
const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), aliases: z.array(z.string()).optional() })),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
