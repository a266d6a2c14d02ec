import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { standardOutput } from './log-output.js';
import { redactFields, redactText } from './redaction.js';

type Fields = Record<string, unknown>;
type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Structured logs: one JSON line with `service`, `level`, `time`, `traceId`, `msg` and the fields given. */
export class Logger {
  private constructor(private readonly pino: Pino) {}

  static create(options: {
    service: string;
    level?: string;
    destination?: DestinationStream;
  }): Logger {
    return new Logger(
      pino(
        {
          level: options.level ?? 'info',
          base: { service: options.service },
          timestamp: pino.stdTimeFunctions.isoTime,
          // Errors are described by redactFields, which allows less than pino's own serializer.
          serializers: { err: (value: unknown) => value },
          formatters: { level: (label) => ({ level: label }), log: redactFields },
          mixin: () => {
            const traceId = trace.getActiveSpan()?.spanContext().traceId;
            return traceId === undefined ? {} : { traceId };
          },
          hooks: { streamWrite: redactText },
        },
        options.destination ?? standardOutput,
      ),
    );
  }

  fatal(fields: Fields, message: string): void;
  fatal(message: string): void;
  fatal(fields: Fields | string, message?: string): void {
    this.write('fatal', fields, message);
  }

  error(fields: Fields, message: string): void;
  error(message: string): void;
  error(fields: Fields | string, message?: string): void {
    this.write('error', fields, message);
  }

  warn(fields: Fields, message: string): void;
  warn(message: string): void;
  warn(fields: Fields | string, message?: string): void {
    this.write('warn', fields, message);
  }

  info(fields: Fields, message: string): void;
  info(message: string): void;
  info(fields: Fields | string, message?: string): void {
    this.write('info', fields, message);
  }

  debug(fields: Fields, message: string): void;
  debug(message: string): void;
  debug(fields: Fields | string, message?: string): void {
    this.write('debug', fields, message);
  }

  /** A logger that adds `fields` to every line. */
  child(fields: Fields): Logger {
    return new Logger(this.pino.child(redactFields(fields)));
  }

  private write(level: Level, fields: Fields | string, message?: string): void {
    if (typeof fields === 'string') this.pino[level](fields);
    else this.pino[level](fields, message);
  }
}
