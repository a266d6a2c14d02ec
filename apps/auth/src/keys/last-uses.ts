const minuteMs = 60_000;

/** The minute in which each key was last used, by key id. */
export function lastUses(
  requests: readonly { keyId: string; startedAt: string }[],
): Map<string, Date> {
  const uses = new Map<string, Date>();
  for (const { keyId, startedAt } of requests) {
    const at = new Date(Math.floor(Date.parse(startedAt) / minuteMs) * minuteMs);
    const known = uses.get(keyId);
    if (known === undefined || known < at) uses.set(keyId, at);
  }
  return uses;
}
