import { natsUserEntries, type NatsUser } from '@modelbridge/contracts/access';
import {
  pingNats,
  pingPostgres,
  startNats,
  startPostgres,
  type RunningNats,
  type RunningPostgres,
} from '@modelbridge/local-stack';
import { warn, working } from '../console.js';
import { logFileOf } from '../state/logs.js';
import type { StateDirectory } from '../state/state-directory.js';
import {
  SupervisedProcess,
  type RunningProcess,
  type SupervisionEvents,
} from '../supervision/supervised-process.js';
import type { Ports } from '../topology/ports.js';

/** A server that the stack needs: ours, which is supervised, or one that the user runs. */
export interface Server {
  url: string;
  process: SupervisedProcess | undefined;
}

function parseUrl(variable: string, text: string, protocols: string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocols.includes(url.protocol)) {
    throw new Error(
      `${variable} is not a URL that begins with ${protocols.join(' or ')}//. ` +
        'Correct it, or unset it to use the server that comes with the install.',
    );
  }
  return url;
}

async function external(
  variable: string,
  url: URL,
  what: string,
  ping: (url: string) => Promise<Error | undefined>,
): Promise<Server> {
  const reason = await ping(url.href);
  if (reason) {
    throw new Error(
      `${what} at ${url.host} (${variable}) does not answer: ${reason.message || 'no connection'}.\n` +
        `Start it or correct ${variable}, or unset it to use the server that comes with the install.`,
    );
  }
  return { url: url.href, process: undefined };
}

async function supervised<T extends RunningProcess & { url: string }>(
  name: string,
  launch: () => Promise<T>,
  events: SupervisionEvents,
  register: (process: SupervisedProcess) => void,
): Promise<Server> {
  let url = '';
  const process = new SupervisedProcess(
    {
      name,
      async launch() {
        const running = await launch();
        url = running.url;
        return running;
      },
      // Both resolve only when the server answers.
      missing: () => Promise.resolve(undefined),
    },
    events,
  );
  register(process);
  await process.start();
  return { url, process };
}

export interface ServerContext {
  state: StateDirectory;
  ports: Ports;
  environment: Record<string, string | undefined>;
  events: SupervisionEvents;
  /** Told of every process before it is started, so that a stop in the middle of a start finds it. */
  register: (process: SupervisedProcess) => void;
}

/** Postgres: at DATABASE_URL where that is set, else our own. */
export function startPostgresServer(context: ServerContext): Promise<Server> {
  const { state, ports, environment, events, register } = context;
  const given = environment['DATABASE_URL'];
  if (given !== undefined) {
    const url = parseUrl('DATABASE_URL', given, ['postgres:', 'postgresql:']);
    return external('DATABASE_URL', url, 'Postgres', pingPostgres);
  }
  let placeTold = false;
  const launch = async (): Promise<RunningPostgres> => {
    const running = await startPostgres({
      dataDir: state.postgres,
      port: ports.postgres,
      passwordFile: `${state.secrets}/postgres-password`,
      logFile: logFileOf(state.logs, 'postgres'),
    });
    if (running.dataPlace !== state.postgres && !placeTold) {
      placeTold = true;
      warn(`Postgres' user cannot enter ${state.root}: its data are in ${running.dataPlace}`);
    }
    return running;
  };
  return supervised('postgres', launch, events, register);
}

/** NATS: at NATS_URL where that is set, else our own, with a user for each password. */
export function startNatsServer(
  context: ServerContext,
  passwords: Record<NatsUser, string>,
): Promise<Server> {
  const { state, ports, environment, events, register } = context;
  const given = environment['NATS_URL'];
  if (given !== undefined) {
    const url = parseUrl('NATS_URL', given, ['nats:', 'tls:']);
    return external('NATS_URL', url, 'NATS', pingNats);
  }
  const launch = (): Promise<RunningNats> =>
    startNats({
      dataDir: state.nats,
      port: ports.nats,
      monitoringPort: ports.natsMonitoring,
      passwordFile: `${state.secrets}/nats-password`,
      users: natsUserEntries((user) => JSON.stringify(passwords[user])),
      logFile: logFileOf(state.logs, 'nats'),
      onInstall: (source) => working(`no nats-server 2.10 or newer here: installing ${source}`),
    });
  return supervised('nats', launch, events, register);
}
