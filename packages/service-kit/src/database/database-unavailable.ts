import pg from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/** No connection to Postgres was to be had. */
export class DatabaseUnavailableError extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'DatabaseUnavailableError';
  }
}

/** SQLSTATE classes: connection, resources, an operator's or a timeout's cancel, system; and sessions that were ended. */
const unavailable = /^(08|53|57|58)|^25P0[34]$/;

/**
 * True where the database is at fault and would fail any other statement as well: it is away, shuts down,
 * is full or answers too late. False where this statement, its data or the code around it is.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  // The connection was lost between two statements.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  if (!(error instanceof QueryFailedError)) return false;
  const cause = error.driverError as Error;
  if (cause instanceof pg.DatabaseError) return unavailable.test(cause.code ?? '');
  // Not Postgres' own: a lost connection. What cannot be sent or read is a TypeError or the like.
  return cause.name === 'Error';
}
