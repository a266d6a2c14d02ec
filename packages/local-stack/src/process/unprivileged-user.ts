import { spawnSync } from 'node:child_process';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

const CANDIDATES = ['postgres', '_postgres', 'nobody'];

function lookUp(name: string): SystemUser | undefined {
  const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' });
  const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  const user = { name, uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
  return user.uid > 0 ? user : undefined;
}

/** The user that a server which refuses to run as root runs as; undefined when we are not root. */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const user = lookUp(name);
    if (user) return user;
  }
  throw new Error(
    `Postgres does not run as root, and none of the users ${CANDIDATES.join(', ')} exists. ` +
      'Add one (useradd --system postgres), start as another user, or set DATABASE_URL.',
  );
}

/** Whether a user may enter a directory. Asked of the system, so that every kind of permission counts. */
export function canEnter(directory: string, user: SystemUser | undefined): boolean {
  const trial = spawnSync('/bin/sh', ['-c', 'cd -- "$0"', directory], {
    cwd: '/',
    stdio: 'ignore',
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  return trial.status === 0;
}
