import { mkdir } from 'node:fs/promises';
import type { SystemUser } from '../process/unprivileged-user.js';

/** Holds what must lie outside a checkout that the Postgres user cannot enter. Survives a reboot. */
const SHARED_DIRECTORY = '/var/lib/modelbridge';

export async function sharedDirectory(blocked: string, user: SystemUser): Promise<string> {
  try {
    await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
    return SHARED_DIRECTORY;
  } catch (error) {
    throw new Error(
      `Postgres runs as the user ${user.name}, who cannot enter ${blocked}, and ` +
        `${SHARED_DIRECTORY} cannot be made in its place (${(error as Error).message}). Let the ` +
        'user through (chmod o+x on each folder of that path), move the checkout or the state ' +
        '(--state DIR) to a folder that everyone can enter, or set DATABASE_URL.',
      { cause: error },
    );
  }
}
