import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Sends what Nest itself logs to the service's log. Its boot chatter is debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(...describe(message, rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(...describe(message, rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(...describe(message, rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(...describe(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(...describe(message, rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(...describe(message, rest));
  }
}

/** Nest passes the context last and, for errors, the stack before it. */
function describe(message: unknown, rest: unknown[]): [Record<string, unknown>, string] {
  const context = rest.at(-1);
  const fields: Record<string, unknown> = typeof context === 'string' ? { context } : {};
  const error = [message, ...rest].find((part) => part instanceof Error);
  if (error !== undefined) fields['err'] = error;
  else if (rest.length > 1 && typeof rest[0] === 'string') fields['stack'] = rest[0];
  return [fields, message instanceof Error ? message.message : String(message)];
}
