import { providerFacts, type Provider } from '@modelbridge/contracts';

/** Where a provider lists its models; all known APIs do it by this path. */
export function probeUrl(provider: Provider, baseUrl: string): string {
  return `${baseUrl}${providerFacts[provider].baseUrlHasVersion ? '' : '/v1'}/models`;
}

/**
 * Asks a server for its models. Any answer below 500 says that it is there:
 * routing has no key of the pools, and a 401 comes from a server that works.
 */
export async function isAlive(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
