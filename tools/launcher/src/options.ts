import { parseArgs } from 'node:util';
import { DEFAULT_STATE, stateRoot } from '@modelbridge/ops';
import { MAX_GATEWAYS, PORTS_USED } from './topology/ports.js';

const DEFAULT_PORT_BASE = 4000;
const HIGHEST_PORT = 65_535;

export interface StartOptions {
  portBase: number;
  /** Absolute. */
  stateDir: string;
  gateways: number;
}

export const START_USAGE = `Usage: npm start -- [--port-base N] [--state DIR] [--gateways N]

Sets everything up, starts the whole system and prints a key.

  --port-base N   first port of those that it listens on (${DEFAULT_PORT_BASE})
  --state DIR     where its data, logs and secrets are (${DEFAULT_STATE})
  --gateways N    gateway processes, on consecutive ports (1)
`;

/** The command line cannot be understood; the message says what is wrong. */
export class UsageError extends Error {}

function integer(name: string, text: string, from: number, to: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) {
    throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not "${text}".`);
  }
  return value;
}

function parse(args: string[]): { 'port-base'?: string; state?: string; gateways?: string } {
  try {
    return parseArgs({
      args,
      options: {
        'port-base': { type: 'string' },
        state: { type: 'string' },
        gateways: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${START_USAGE}`);
  }
}

/** Reads `--port-base N`, `--state DIR` (relative to the checkout) and `--gateways N`. */
export function parseStartOptions(args: string[]): StartOptions {
  const values = parse(args);
  return {
    portBase: integer(
      'port-base',
      values['port-base'] ?? String(DEFAULT_PORT_BASE),
      1024,
      HIGHEST_PORT - PORTS_USED,
    ),
    stateDir: parseStateDir(values.state),
    gateways: integer('gateways', values.gateways ?? '1', 1, MAX_GATEWAYS),
  };
}

export function parseStateDir(state: string | undefined): string {
  if (state === '') throw new UsageError('--state must name a directory.');
  return stateRoot(state);
}
