import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { staffPrincipal, type StaffRole } from '@modelbridge/contracts/access';
import { ConfigError, type TlsFiles } from '@modelbridge/service-kit/config';
import { invalidArgument } from '../arguments.js';
import { readConfig, type OpsConfig } from '../config.js';
import { fieldOf } from '../flag-names.js';
import { OpsError } from '../ops-error.js';
import {
  readStackFile,
  stackFileOf,
  stateRoot,
  type StackDescription,
} from '../stack/stack-file.js';
import type { ConnectionFlags } from './connection-flags.js';
import { namesOf, pieces, piecesFor, tlsPieces, type Piece, type ServiceName } from './pieces.js';
import { connectServices, type Connected } from './services.js';

export type Settings = Partial<Record<Piece, string>>;

/**
 * Where services are and how to prove who asks: by flags, else by the environment, else by what a local stack
 * says of itself. A stack that is named with `--state` goes before the environment, as every flag does. The
 * TLS files come from a stack only where none is given: a certificate fits no other one's key.
 */
export async function connectionSettings(
  services: readonly ServiceName[],
  { state, given, role, reason }: ConnectionFlags,
  environment: () => OpsConfig = readConfig,
): Promise<{ settings: Settings; reason?: string }> {
  const needed = piecesFor(services);
  const settings = { ...(state === undefined ? fromEnvironment(environment()) : {}), ...given };
  const missing = () => needed.filter((piece) => settings[piece] === undefined);
  if (missing().length === 0) return { settings, reason };
  const root = stateRoot(state);
  const stack = await readStackFile(stackFileOf(root));
  const ownTls = tlsPieces.some((piece) => settings[piece] !== undefined);
  const fromStack = stack ? ofStack(stack, role) : {};
  for (const piece of missing()) {
    if (!(ownTls && isTls(piece))) settings[piece] = fromStack[piece];
  }
  const stillMissing = missing();
  if (stillMissing.length === 0) {
    return { settings, reason: reason ?? (ownTls ? undefined : stack?.staff?.reason) };
  }
  if (!stack && needed.every((piece) => settings[piece] === undefined)) throw noStack(root, needed);
  throw incomplete(stillMissing);
}

/** Reaches the services that a command calls. */
export async function connect<Name extends ServiceName>(
  services: readonly Name[],
  flags: ConnectionFlags,
): Promise<Connected<Name>> {
  const { settings, reason } = await connectionSettings(services, flags);
  const targets = Object.fromEntries(services.map((name) => [name, settings[name]]));
  const tls = Object.fromEntries(
    tlsPieces.map((piece) => [pieces[piece].variable, settings[piece]]),
  );
  try {
    assertRole(flags.role, settings['tls-cert'] ?? '');
    return connectServices(
      targets as Record<Name, string>,
      tls as unknown as TlsFiles,
      reason ?? '',
    );
  } catch (error) {
    if (error instanceof ConfigError || error instanceof OpsError) throw error;
    const files = tlsPieces.map(namesOf).join(', ');
    const why = (error as Error).message;
    throw invalidArgument('tls_cert', `${files} are not a certificate, its key and its CA: ${why}`);
  }
}

function isTls(piece: Piece): boolean {
  return tlsPieces.some((tls) => tls === piece);
}

function fromEnvironment(config: OpsConfig): Settings {
  const all = Object.keys(pieces) as Piece[];
  return Object.fromEntries(
    all.flatMap((piece) => {
      const value = config[pieces[piece].variable];
      return value === undefined ? [] : [[piece, value]];
    }),
  );
}

/** A certificate has its role in its name: `--as` chooses none, it makes sure. */
function assertRole(role: StaffRole | undefined, certificateFile: string): void {
  if (role === undefined) return;
  const { subject } = new X509Certificate(readFileSync(certificateFile));
  if (subject.split('\n').includes(`CN=${staffPrincipal(role)}`)) return;
  throw invalidArgument(
    'as',
    `--as ${role} is not what the certificate says: give that of ${staffPrincipal(role)} by ${namesOf('tls-cert')}`,
  );
}

function ofStack(
  { grpc, tls: admin, staff }: Partial<StackDescription>,
  role: StaffRole | undefined,
): Settings {
  const tls = role === undefined ? admin : staff?.tls[role];
  return {
    ...grpc,
    'tls-ca': tls?.ca,
    'tls-cert': tls?.certificate,
    'tls-key': tls?.key,
  };
}

function noStack(root: string, needed: Piece[]): OpsError {
  return new OpsError(
    'failed_precondition',
    'state',
    `no stack is up on ${root}: start one with npm start, or name another with --state DIR; ` +
      `elsewhere give ${needed.map(namesOf).join(', ')}`,
  );
}

function incomplete(missing: Piece[]): OpsError {
  const [first = ''] = missing;
  return invalidArgument(
    fieldOf(first),
    `not given: ${missing.map(namesOf).join(', ')}. Set each by its flag or its variable; ` +
      'for a local stack set none of them, and start it with npm start',
  );
}
