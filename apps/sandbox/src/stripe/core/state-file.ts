import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** Counts up with each change of what is stored that an older reader would get wrong. */
const format = 1;

const shape = z.object({ format: z.number(), content: z.unknown() });

/** Changes within this time are written together; longer where a write takes long. */
const pauseMs = 200;
const pausePerWrite = 10;

/** A file that holds what was last, whole or not at all. */
export class StateFile {
  private writing: Promise<void> | undefined;
  private hasChanged = false;
  private lastWriteMs = 0;
  private isClosed = false;

  /** @param make what is to be written, as it is at that moment */
  constructor(
    private readonly path: string,
    private readonly make: () => unknown,
  ) {
    mkdirSync(dirname(path), { recursive: true });
  }

  /** What was stored; undefined where nothing was yet. */
  read(): unknown {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const stored = shape.safeParse(parsedJson(text));
    if (stored.success && stored.data.format === format) return stored.data.content;
    throw new Error(
      `${this.path} is no state of format ${format}: delete it, and what billing knows of this Stripe with it (npm run reset)`,
    );
  }

  changed(): void {
    this.hasChanged = true;
    this.writing ??= this.writeUntilUnchanged().finally(() => (this.writing = undefined));
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.writing;
    if (this.hasChanged) await this.write();
  }

  private async writeUntilUnchanged(): Promise<void> {
    while (this.hasChanged && !this.isClosed) {
      await delay(Math.max(pauseMs, pausePerWrite * this.lastWriteMs));
      if (!this.isClosed) await this.write();
    }
  }

  private async write(): Promise<void> {
    const begunMs = performance.now();
    this.hasChanged = false;
    const unfinished = `${this.path}.tmp`;
    await writeFile(unfinished, JSON.stringify({ format, content: this.make() }));
    await rename(unfinished, this.path);
    this.lastWriteMs = performance.now() - begunMs;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
