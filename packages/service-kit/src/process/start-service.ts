import { ConfigError } from '../config/load-config.js';
import { Logger } from '../logging/logger.js';
import { createService, type RunningService, type ServiceOptions } from './create-service.js';
import { Shutdown } from '../shutdown/shutdown.js';

/**
 * Runs a service for the life of the process: until SIGTERM, SIGINT, the death of the parent that forked it
 * or `Shutdown.fail`, which ends the process with 1. A configuration that is not usable is printed and ends
 * it with 1, as does any other failure to start and any error that nobody caught. Pass a function where the options need `loadConfig`.
 */
export async function startService(
  options: ServiceOptions | (() => ServiceOptions),
): Promise<void> {
  let logger = Logger.create({ service: 'unknown' });
  const die = (message: string) => (error: unknown) => {
    logger.fatal({ err: error }, message);
    process.exit(1);
  };
  // Node's own warnings and the like, where nobody can take them, as on a full disk.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', die('an exception was not caught'));
  process.on('unhandledRejection', die('a rejection was not handled'));
  try {
    const resolved = typeof options === 'function' ? options() : options;
    logger = Logger.create({ service: resolved.name, level: resolved.config.LOG_LEVEL });
    const service = await createService(resolved);
    stopWhenTold(service, logger);
    const { httpPort, opsPort, grpcPort } = service;
    logger.info({ httpPort, opsPort, grpcPort }, 'started');
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
}

function stopWhenTold(service: RunningService, logger: Logger): void {
  let stopping = false;
  let exitCode = 0;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    // It also keeps a process alive that waits for something that no longer can happen.
    setTimeout(() => {
      logger.error('did not stop in time');
      process.exit(1);
    }, service.shutdownMs);
    service.close().then(
      () => {
        logger.info('stopped');
        process.exit(exitCode);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'did not stop in good order');
        process.exit(1);
      },
    );
  };
  void service.app.get(Shutdown).failure.then(({ reason, error }) => {
    logger.fatal({ err: error }, reason);
    exitCode = 1;
    stop(reason);
  });
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (process.connected) process.on('disconnect', () => stop('the parent process is gone'));
}
