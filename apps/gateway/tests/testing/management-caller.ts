import type { TestGateway } from './test-gateway.js';

export interface ManagementAnswer {
  status: number;
  type: string | null;
  body: Record<string, unknown>;
  headers: Headers;
}

/** Asks a gateway's management API; a text is sent as the body that it is. */
export async function askManagement(
  gateway: TestGateway,
  apiKey: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ManagementAnswer> {
  const answer = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  };
}
