import type { OpsConfig } from '../config.js';

/** The services that commands call. A certificate, a flag and a key of `stack.json` have the same names. */
export const serviceNames = ['auth', 'billing', 'usage-ledger', 'retention'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The files of mTLS. Three that belong together. */
export const tlsPieces = ['tls-ca', 'tls-cert', 'tls-key'] as const;

/** What it takes to reach services, by the flag that gives it. */
export type Piece = ServiceName | (typeof tlsPieces)[number];

/** The variable that stands for each flag, its value as it is written, and what it is. */
export const pieces: Record<
  Piece,
  { variable: keyof OpsConfig; value: 'HOST:PORT' | 'FILE'; meaning: string }
> = {
  auth: { variable: 'AUTH_GRPC', value: 'HOST:PORT', meaning: 'where auth answers gRPC' },
  billing: { variable: 'BILLING_GRPC', value: 'HOST:PORT', meaning: 'where billing answers gRPC' },
  'usage-ledger': {
    variable: 'USAGE_LEDGER_GRPC',
    value: 'HOST:PORT',
    meaning: 'where usage-ledger answers gRPC',
  },
  retention: {
    variable: 'RETENTION_GRPC',
    value: 'HOST:PORT',
    meaning: 'where retention answers gRPC',
  },
  'tls-ca': {
    variable: 'TLS_CA_FILE',
    value: 'FILE',
    meaning: 'the authority of all certificates',
  },
  'tls-cert': { variable: 'TLS_CERT_FILE', value: 'FILE', meaning: 'your own certificate' },
  'tls-key': { variable: 'TLS_KEY_FILE', value: 'FILE', meaning: 'the private key to it' },
};

/** What a command that calls these services needs. */
export function piecesFor(services: readonly ServiceName[]): Piece[] {
  return [...services, ...tlsPieces];
}

/** Both names of a piece, for an operator to read. */
export function namesOf(piece: Piece): string {
  return `--${piece} (${pieces[piece].variable})`;
}

/** The piece that a variable gives. */
export function pieceOf(variable: string): Piece | undefined {
  return (Object.keys(pieces) as Piece[]).find((piece) => pieces[piece].variable === variable);
}
