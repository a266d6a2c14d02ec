/**
 * Asks an OpenAI-compatible server for its models. Any answer below 500 says that it is there:
 * routing has no key of the pools, and a 401 comes from a server that works.
 */
export async function isAlive(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/models`, { redirect: 'manual', signal });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
