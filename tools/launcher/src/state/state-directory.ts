import { join } from 'node:path';
import { stackFileOf } from '@modelbridge/ops';

/** Where a stack keeps what outlives it. */
export interface StateDirectory {
  root: string;
  postgres: string;
  nats: string;
  spool: string;
  keyring: string;
  sandbox: string;
  logs: string;
  secrets: string;
  certificates: string;
  stackFile: string;
  lockFile: string;
}

export function stateDirectory(root: string): StateDirectory {
  return {
    root,
    postgres: join(root, 'postgres'),
    nats: join(root, 'nats'),
    spool: join(root, 'spool'),
    keyring: join(root, 'keyring'),
    sandbox: join(root, 'sandbox'),
    logs: join(root, 'logs'),
    secrets: join(root, 'secrets'),
    certificates: join(root, 'certificates'),
    stackFile: stackFileOf(root),
    lockFile: join(root, 'launcher.lock'),
  };
}
