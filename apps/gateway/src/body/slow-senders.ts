interface Sender {
  received: number;
  receivedAtLastCheck: number;
  tooSlow: () => void;
}

/** Watches how fast bodies come, all of them with one timer. */
export class SlowSenders {
  private readonly senders = new Set<Sender>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly limits: { bodyCheckMs: number; minBodyBytesPerCheck: number }) {}

  /** `tooSlow` is called when a body grew by too little since the check before the last. */
  watch(tooSlow: () => void): Sender {
    // Late ourselves, we first read what has come meanwhile.
    this.timer ??= setInterval(
      () => setImmediate(() => this.check()),
      this.limits.bodyCheckMs,
    ).unref();
    const sender = { received: 0, receivedAtLastCheck: -this.limits.minBodyBytesPerCheck, tooSlow };
    this.senders.add(sender);
    return sender;
  }

  forget(sender: Sender): void {
    this.senders.delete(sender);
  }

  private check(): void {
    for (const sender of this.senders) {
      const grown = sender.received - sender.receivedAtLastCheck;
      sender.receivedAtLastCheck = sender.received;
      if (grown < this.limits.minBodyBytesPerCheck) sender.tooSlow();
    }
  }
}
