import { streams } from '@modelbridge/contracts/events';
import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { messagingBounds } from './bounds.js';

/** Where quarantined messages of processes without a database go. */
export const quarantineStream = 'QUARANTINE';

const streamNotFound = 10_059;
const streamNameInUse = 10_058;

/**
 * Every setting of a stream that decides what it takes, keeps and throws away. A stream that somebody changed is
 * brought back to all of them. How many copies there are, and where, is up to whoever runs the servers.
 */
type StreamSettings = Pick<
  StreamConfig,
  | 'name'
  | 'subjects'
  | 'retention'
  | 'storage'
  | 'discard'
  | 'discard_new_per_subject'
  | 'max_age'
  | 'max_bytes'
  | 'max_msgs'
  | 'max_msgs_per_subject'
  | 'max_msg_size'
  | 'duplicate_window'
  | 'no_ack'
>;

const unlimited = -1;

function settingsOf(name: string): StreamSettings {
  const subjects = name === quarantineStream ? ['quarantine.>'] : subjectsOf(name);
  return {
    name,
    subjects: [...subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    discard_new_per_subject: false,
    max_age: nanos(messagingBounds.streamMaxAgeMs),
    max_bytes: messagingBounds.streamMaxBytes,
    max_msgs: unlimited,
    max_msgs_per_subject: unlimited,
    max_msg_size: unlimited,
    duplicate_window: nanos(messagingBounds.duplicateWindowMs),
    no_ack: false,
  };
}

function subjectsOf(name: string): readonly string[] {
  const subjects = (streams as Record<string, readonly string[] | undefined>)[name];
  if (subjects === undefined) throw new Error(`stream ${name} is not declared in the contracts`);
  return subjects;
}

/** The declared stream that takes a subject. */
export function streamFor(subject: string): string {
  if (subject.startsWith('quarantine.')) return quarantineStream;
  for (const [name, patterns] of Object.entries(streams)) {
    const takes = patterns.some((pattern) => subject.startsWith(pattern.replace(/>$/, '')));
    if (takes) return name;
  }
  throw new Error(`no stream is declared for ${subject}`);
}

/** Creates the stream, or brings it to its declared settings. Safe when several processes do it at once. */
export async function ensureStream(manager: JetStreamManager, name: string): Promise<void> {
  const wanted = settingsOf(name);
  try {
    const { config } = await manager.streams.info(name);
    if (!matches(config, wanted)) await manager.streams.update(name, wanted);
  } catch (error) {
    if (!isStreamNotFound(error)) throw error;
    try {
      await manager.streams.add(wanted);
    } catch (addError) {
      // Another process with other settings was faster; the next start brings them together.
      if (!(addError instanceof JetStreamApiError) || addError.code !== streamNameInUse)
        throw addError;
    }
  }
}

function matches(config: StreamConfig, wanted: StreamSettings): boolean {
  return Object.entries(wanted).every(
    // The server leaves out what is false.
    ([key, value]) =>
      JSON.stringify(config[key as keyof StreamConfig] ?? false) === JSON.stringify(value),
  );
}

function isStreamNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === streamNotFound;
}
