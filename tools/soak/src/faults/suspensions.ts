/** Which processes are stopped, and by how many faults at once. */
export class Suspensions {
  private readonly holders = new Map<number, number>();

  /**
   * SIGSTOP to those of `pids` that still run: one that has ended meanwhile must not leave the others stopped.
   * What it returns wakes those that no other fault has stopped as well. Throws where none runs.
   */
  suspend(pids: readonly number[]): () => void {
    const stopped = pids.filter((pid) => signal(pid, 'SIGSTOP'));
    if (stopped.length === 0) throw new Error('no process is there');
    for (const pid of stopped) this.holders.set(pid, (this.holders.get(pid) ?? 0) + 1);
    return () => {
      for (const pid of stopped) {
        const others = (this.holders.get(pid) ?? 1) - 1;
        if (others > 0) {
          this.holders.set(pid, others);
        } else {
          this.holders.delete(pid);
          signal(pid, 'SIGCONT');
        }
      }
    };
  }
}

/** Whether there was such a process. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
