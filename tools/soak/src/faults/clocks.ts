import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const shift = fileURLToPath(new URL('../../clock-shift.mjs', import.meta.url));

/** The clocks of a system's processes, by the ports that these listen on. */
export class Clocks {
  private readonly offsetsMs = new Map<number, number>();

  private constructor(private readonly directory: string) {}

  /** Before the system is started: its state directory. */
  static in(state: string): Clocks {
    const directory = join(state, 'clocks');
    mkdirSync(directory, { recursive: true });
    copyFileSync(shift, join(directory, 'clock-shift.mjs'));
    const clocks = new Clocks(directory);
    clocks.write();
    return clocks;
  }

  /** What the system's processes need in their environment. */
  get environment(): Record<string, string> {
    const url = pathToFileURL(join(this.directory, 'clock-shift.mjs')).href;
    return { NODE_OPTIONS: `--import=${url}` };
  }

  /** Takes effect within a quarter of a second; 0 sets it right. */
  set(port: number, offsetMs: number): void {
    this.offsetsMs.set(port, offsetMs);
    this.write();
  }

  private write(): void {
    const next = join(this.directory, 'offsets.next.json');
    writeFileSync(next, JSON.stringify(Object.fromEntries(this.offsetsMs)));
    renameSync(next, join(this.directory, 'offsets.json'));
  }
}
