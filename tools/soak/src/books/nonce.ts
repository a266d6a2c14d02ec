let made = 0;

/** By which a request is known in the sandbox' record: another for each, also in a process that soaks twice. */
export function newNonce(): string {
  made += 1;
  return `soak-${made}-`;
}

/** A nonce as it stands in a prompt. */
export const noncePattern = /soak-\d+-/;
