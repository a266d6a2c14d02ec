/** What went wrong with a state directory, in the words of who reads it, and what to do; undefined for other errors. */
export function stateProblem(error: unknown): string | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const place = path ?? 'the state';
  const elsewhere = 'or use another state: --state DIR';
  const readOnly = `${place} cannot be written: its disk is read-only. Mount it writable, ${elsewhere}.`;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `${place} is a file or lies below one. --state must name a directory; it is made where there is none.`;
    case 'ENOENT':
      // What Node says of a directory that cannot be made, with those above it, on such a disk.
      return syscall === 'mkdir' ? readOnly : undefined;
    case 'EROFS':
      return readOnly;
    case 'EACCES':
    case 'EPERM':
      return (
        `${place} may not be used by this user; often a file that root has made. ` +
        `Give it to this user (sudo chown -R "$USER" DIR), start as its owner, ${elsewhere}.`
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no room left for ${place}. Make room on its disk, ${elsewhere}.`;
    default:
      return undefined;
  }
}
