/** A key for what one author says on one day. */
export interface SealingKey {
  key: Buffer;
  /** Milliseconds since the Unix epoch. */
  usableUntil: number;
}

/** Keys that are known; each is wiped when it is over, destroyed, or one too many. */
export class SealingKeyCache {
  private readonly keys = new Map<string, SealingKey & { userId: string; day: string }>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.keys.size;
  }

  get(userId: string, day: string, now: number): Buffer | undefined {
    const name = nameOf(userId, day);
    const known = this.keys.get(name);
    if (known === undefined) return undefined;
    if (known.usableUntil > now) return known.key;
    this.wipe(name);
    return undefined;
  }

  put(userId: string, day: string, sealing: SealingKey): void {
    const name = nameOf(userId, day);
    this.wipe(name);
    this.keys.set(name, { ...sealing, userId, day });
    for (const oldest of this.keys.keys()) {
      if (this.keys.size <= this.most) break;
      this.wipe(oldest);
    }
  }

  wipeOver(now: number): void {
    this.wipeWhere(({ usableUntil }) => usableUntil <= now);
  }

  wipeWhere(isMeant: (key: { userId: string; day: string; usableUntil: number }) => boolean): void {
    for (const [name, known] of this.keys) if (isMeant(known)) this.wipe(name);
  }

  private wipe(name: string): void {
    this.keys.get(name)?.key.fill(0);
    this.keys.delete(name);
  }
}

function nameOf(userId: string, day: string): string {
  return `${userId}|${day}`;
}
