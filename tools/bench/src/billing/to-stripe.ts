import type { Stack } from '../stack.js';

/** One of the sandbox's routes that do things to Stripe. */
export async function toStripe<T>(
  { sandbox }: Stack,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const response = await fetch(`${sandbox}/stripe/test/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}
