/** How far the times of a request may be from the one that its id tells, unless its gateway's clock was wrong. */
export const requestTimeBounds = {
  /** A request cannot have taken longer, whatever its clock says. */
  mostDurationMs: 60 * 60_000,
  mostAheadMs: 5 * 60_000,
} as const;

/** Milliseconds since 1970 in the first 48 bits of a UUIDv7 (RFC 9562, section 5.7). */
export function idTimeMs(requestUuid: string): number {
  return Number.parseInt(requestUuid.slice(0, 8) + requestUuid.slice(9, 13), 16);
}

export function smallestUuidAt(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
