import pg from 'pg';
import type { Lifetime } from '../lifetime.js';
import { residentBytes } from '../processes.js';
import type { Stack } from '../stack.js';

export async function connectBilling(lifetime: Lifetime, stack: Stack): Promise<pg.Client> {
  const url = new URL(stack.postgres);
  url.pathname = '/billing';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  lifetime.onEnd(() => client.end());
  return client;
}

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

const SAMPLE_MS = 50;

/** The most memory that a process has while something runs, in bytes. */
export async function mostMemory<T>(pid: number, work: () => Promise<T>): Promise<[T, number]> {
  let most = residentBytes(pid) ?? 0;
  const sampling = setInterval(() => {
    most = Math.max(most, residentBytes(pid) ?? 0);
  }, SAMPLE_MS);
  try {
    return [await work(), most];
  } finally {
    clearInterval(sampling);
  }
}
