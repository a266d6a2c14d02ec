import { natsUsers, natsUses, type NatsUse, type NatsUser } from './nats-users.js';

/** Subjects that a user may publish to and subscribe to. */
export interface NatsPermissions {
  publish: string[];
  subscribe: string[];
}

/** Where a service has answers sent, so that nobody hears another's. */
export function inboxPrefixOf(service: string): string {
  return `_INBOX_${service}`;
}

/** The durable consumer by which a service reads an event. */
export function durableOf(service: string, subject: string): string {
  return `${service}__${subject.replace(/\.v\d+$/, '').replaceAll('.', '-')}`;
}

/** What JetStream has to be asked for what a service does: no more than that. */
export function natsPermissionsOf(user: NatsUser): NatsPermissions {
  const { publishes, consumes, hears }: NatsUse = natsUses[user];
  const streams = new Set([...publishes, ...consumes].map(({ stream }) => stream));
  return {
    publish: [
      // How much room JetStream has: readiness asks for it.
      '$JS.API.INFO',
      ...publishes.map(({ subject }) => subject),
      // Whoever comes first makes a stream, and whoever uses it next brings it to its declared settings.
      ...[...streams].flatMap((stream) =>
        ['INFO', 'CREATE', 'UPDATE'].map((act) => `$JS.API.STREAM.${act}.${stream}`),
      ),
      ...consumes.flatMap(({ stream, subject }) => {
        const consumer = `${stream}.${durableOf(user, subject)}`;
        return [
          `$JS.API.CONSUMER.CREATE.${consumer}.${subject}`,
          `$JS.API.CONSUMER.INFO.${consumer}`,
          `$JS.API.CONSUMER.MSG.NEXT.${consumer}`,
          `$JS.ACK.${consumer}.>`,
        ];
      }),
    ],
    subscribe: [...hears.map(({ subject }) => subject), `${inboxPrefixOf(user)}.>`],
  };
}

/**
 * The entries of `authorization.users` in nats-server's configuration. `password` answers what stands there: a quoted
 * string, or `$NAME` for a variable of the server's environment.
 */
export function natsUserEntries(password: (user: NatsUser) => string): string[] {
  return natsUsers.map((user) => {
    const { publish, subscribe } = natsPermissionsOf(user);
    const allowed = (subjects: string[]): string => `{ allow: ${JSON.stringify(subjects)} }`;
    return (
      `{ user: ${JSON.stringify(user)}, password: ${password(user)}, permissions: ` +
      `{ publish: ${allowed(publish)}, subscribe: ${allowed(subscribe)} } }`
    );
  });
}

/** The authorization block of nats-server's configuration. */
export function natsAuthorization(password: (user: NatsUser) => string): string {
  const entries = natsUserEntries(password).map((entry) => `    ${entry}`);
  return ['authorization {', '  users: [', ...entries, '  ]', '}', ''].join('\n');
}
