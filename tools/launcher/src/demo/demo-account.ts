import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSecretFile } from '@modelbridge/local-stack';
import { createAccount, type CreatedAccount, type Services } from '@modelbridge/ops';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';

const EMAIL = 'demo@modelbridge.local';
const NAME = 'Demo';
const BALANCE_NANO_USD = 1_000_000_000_000n;

type DemoServices = Pick<Services, 'auth' | 'billing'>;

export interface DemoAccount extends CreatedAccount {
  email: string;
}

async function kept(file: string): Promise<DemoAccount | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DemoAccount;
  } catch {
    return undefined;
  }
}

/** Whether the key still opens something: the databases may have been wiped under the state. */
async function isKnown(services: DemoServices, demo: DemoAccount): Promise<boolean> {
  try {
    await services.auth.resolveKey({
      keySha256: createHash('sha256').update(demo.apiKey).digest(),
    });
    return true;
  } catch (error) {
    if (rpcErrorFrom(error)?.code === 'not_found') return false;
    throw error;
  }
}

async function make(services: DemoServices, email: string): Promise<DemoAccount> {
  const account = await createAccount(services, {
    email,
    name: NAME,
    balanceNanoUsd: BALANCE_NANO_USD,
    plan: '',
  });
  return { email, ...account };
}

/** The demo account of this state: the one of the last start, or a new one with 1,000 USD. */
export async function ensureDemoAccount(
  services: DemoServices,
  secrets: string,
): Promise<DemoAccount> {
  const file = join(secrets, 'demo.json');
  const existing = await kept(file);
  if (existing && (await isKnown(services, existing))) return existing;
  const demo = await make(services, EMAIL).catch((error: unknown) => {
    // The address is taken by another state on the same databases.
    if (rpcErrorFrom(error)?.code !== 'already_exists') throw error;
    return make(services, EMAIL.replace('@', `-${randomBytes(3).toString('hex')}@`));
  });
  await writeSecretFile(file, `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}
