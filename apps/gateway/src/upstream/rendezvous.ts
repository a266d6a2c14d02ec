/** FNV-1a with a final mix: spreads well, and is the same in every gateway. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The id that belongs to a key; it changes for few keys when an id comes or goes. */
export function rendezvous<T extends { id: string }>(
  key: string,
  candidates: readonly T[],
): T | undefined {
  let best: T | undefined;
  let bestHash = -1;
  for (const candidate of candidates) {
    const value = hash(`${key}\0${candidate.id}`);
    if (value <= bestHash) continue;
    best = candidate;
    bestHash = value;
  }
  return best;
}
