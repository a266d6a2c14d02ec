const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** One Ctrl-C arrives twice under npm: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 1_000;

/** Resolves at the first signal to stop. A later one calls `onSecond`. */
export function onStopSignal(onSecond: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (firstAt === undefined) {
          firstAt = performance.now();
          resolve(signal);
        } else if (performance.now() - firstAt > SAME_REQUEST_MS) {
          onSecond();
        }
      });
    }
  });
}
