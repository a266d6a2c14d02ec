import { existsSync, statSync } from 'node:fs';
import type { StaffRole } from '@modelbridge/contracts/access';
import {
  connectServices,
  readStackFile,
  stackFileOf,
  stateRoot,
  type Services,
  type StackDescription,
} from '@modelbridge/ops';
import { NotRunError } from '../not-run-error.js';

/** A running system, as whoever runs it reaches it. */
export interface System extends StackDescription {
  state: string;
  /** Pids change when a process is restarted. */
  reread(): Promise<StackDescription>;
  /** The services, called by staff in a role. */
  as(role: StaffRole): Staff;
  close(): void;
}

export type Staff = Pick<Services, 'auth' | 'billing' | 'usage-ledger' | 'retention'>;

const reason = 'evidence that the system keeps its promises (npm run prove)';
const answersWithinMs = 10_000;

/** Throws NotRunError, with what to do, where no system runs on this state. */
export async function openSystem(state: string | undefined): Promise<System> {
  const root = stateRoot(state);
  const stack = await describedIn(root);
  await requireAnswer(root, stack);
  const connected = new Map<StaffRole, Staff & { close(): void }>();
  return {
    ...stack,
    state: root,
    reread: () => describedIn(root),
    as(role) {
      const { ca, certificate, key } = stack.staff.tls[role];
      const tls = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
      const { auth = '', billing = '', retention = '' } = stack.grpc;
      const targets = {
        auth,
        billing,
        retention,
        'usage-ledger': stack.grpc['usage-ledger'] ?? '',
      };
      const services = connected.get(role) ?? connectServices(targets, tls, reason);
      connected.set(role, services);
      return services;
    },
    close() {
      for (const services of connected.values()) services.close();
    },
  };
}

async function describedIn(root: string): Promise<StackDescription> {
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new NotRunError(`--state ${root} is no directory: name the one that npm start was given`);
  }
  const file = stackFileOf(root);
  const stack = await readStackFile(file).catch((error: Error) => {
    throw new NotRunError(`${file} cannot be read: ${error.message}`);
  });
  if (stack === undefined) {
    throw new NotRunError(
      `no system runs on ${root}: there is no ${file}. Start one with npm start -- --state ${root}, or name another state with --state DIR`,
    );
  }
  if (stack.staff === undefined || stack.pids === undefined) {
    throw new NotRunError(`${file} is of an older version: start the system again`);
  }
  return stack;
}

async function requireAnswer(root: string, { gateway }: StackDescription): Promise<void> {
  try {
    const signal = AbortSignal.timeout(answersWithinMs);
    const { status } = await fetch(`${gateway}/readyz`, { signal });
    if (status === 200) return;
    throw new Error(`it answers ${status}`);
  } catch (error) {
    throw new NotRunError(
      `the gateway of ${root} is not ready at ${gateway} (${(error as Error).message}): see the logs in ${root}/logs, and start it again with npm start -- --state ${root}`,
    );
  }
}
