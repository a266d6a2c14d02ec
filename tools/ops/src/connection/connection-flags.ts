import { staffRoles, type StaffRole } from '@modelbridge/contracts/access';
import { reasonSchema } from '@modelbridge/contracts/audit';
import { grpcTarget } from '@modelbridge/service-kit/config';
import { invalidArgument, readFlags } from '../arguments.js';
import { fieldOf } from '../flag-names.js';
import { pieces, type Piece } from './pieces.js';

const STATE = 'state';
const ROLE = 'as';
const REASON = 'reason';
const allPieces = Object.keys(pieces) as Piece[];
const names: string[] = [STATE, ROLE, REASON, ...allPieces];

/** What the command line says of the services to reach, and of who does it and why. */
export interface ConnectionFlags {
  /** The state of a local stack, where one is named. */
  state: string | undefined;
  given: Partial<Record<Piece, string>>;
  /** The role of staff that is meant, where one is named. */
  role?: StaffRole;
  reason?: string;
}

/** Takes `--state DIR`, `--billing=HOST:PORT` and so on out of the arguments, wherever they stand. */
export function splitConnection(args: string[]): { connection: string[]; rest: string[] } {
  const connection: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const [flag = '', value] = arg.split('=', 2);
    if (!flag.startsWith('--') || !names.includes(flag.slice(2))) {
      rest.push(arg);
      continue;
    }
    connection.push(arg);
    if (value !== undefined) continue;
    index += 1;
    connection.push(...args.slice(index, index + 1));
  }
  return { connection, rest };
}

/** Reads what `splitConnection` took out. */
export function connectionFlags(connection: string[]): ConnectionFlags {
  const values = readFlags(connection, { required: [], optional: names });
  const given: ConnectionFlags['given'] = {};
  for (const piece of allPieces) {
    const value = values[fieldOf(piece)];
    if (value === undefined) continue;
    if (pieces[piece].value === 'HOST:PORT' && !grpcTarget.safeParse(value).success) {
      throw invalidArgument(fieldOf(piece), `--${piece} must be HOST:PORT, such as ${piece}:50051`);
    }
    given[piece] = value;
  }
  const flags: ConnectionFlags = { state: values[STATE], given };
  if (values[ROLE] !== undefined) flags.role = roleOf(values[ROLE]);
  if (values[REASON] !== undefined) flags.reason = reasonOf(values[REASON]);
  return flags;
}

function roleOf(text: string): StaffRole {
  const role = staffRoles.find((name) => name === text);
  if (role !== undefined) return role;
  throw invalidArgument(ROLE, `--${ROLE} must be one of ${staffRoles.join(', ')}`);
}

function reasonOf(text: string): string {
  const { data, error } = reasonSchema.safeParse(text);
  if (data !== undefined) return data;
  throw invalidArgument(REASON, `--${REASON} ${error?.issues[0]?.message}`);
}

/** The lines of a help text. */
export function connectionOptions(used: readonly Piece[]): [flag: string, meaning: string][] {
  return [
    [
      '--state DIR',
      'a local stack, whose stack.json says the rest; without it variables, then .local',
    ],
    [
      `--${ROLE} ROLE`,
      `${staffRoles.join(', ')}: whose certificate of a local stack is used; admin without it`,
    ],
    [
      `--${REASON} TEXT`,
      'why, such as the number of a ticket; needed for acts, but on a local stack',
    ],
    ...used.map((piece): [string, string] => {
      const { value, meaning, variable } = pieces[piece];
      return [`--${piece} ${value}`, `${meaning}; ${variable} without it`];
    }),
  ];
}
