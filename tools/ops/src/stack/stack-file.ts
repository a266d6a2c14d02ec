import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StaffRole } from '@modelbridge/contracts/access';

export const DEFAULT_STATE = '.local';

/** What other programs may know of a running stack. Keys are added, never renamed. */
export interface StackDescription {
  gateway: string;
  gateways: string[];
  dashboard: string;
  sandbox: string;
  /** The superuser's URL; databases are named as the services, with underscores. */
  postgres: string;
  nats: string;
  apiKey: string;
  account: { userId: string; email: string; accountId: string };
  /** `host:port` of each service's gRPC server. */
  grpc: Record<string, string>;
  /** Files with which an operator proves themselves to services, as admin: absolute paths. */
  tls: { ca: string; certificate: string; key: string };
  /** The same for each role of staff, and the reason that is given for acts on this machine. */
  staff: {
    tls: Record<StaffRole, { ca: string; certificate: string; key: string }>;
    reason: string;
  };
  pids: Record<string, number>;
}

/** The absolute directory that `--state` names; the default one without it. */
export function stateRoot(state: string | undefined): string {
  return resolve(state ?? DEFAULT_STATE);
}

/** Where the stack that runs on a state describes itself. */
export function stackFileOf(root: string): string {
  return join(root, 'stack.json');
}

/** Reads the description of a running stack; undefined when there is none. */
export async function readStackFile(path: string): Promise<StackDescription | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StackDescription;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
