import fs from 'node:fs';

/** Writes bytes, or some of them; throws as the system does. */
type Write = (bytes: Buffer) => number;

/** A full pipe is given a moment: then the line is dropped, for nobody may wait long for a log. */
const attemptsOnFullPipe = 10;
const pauseMs = 1;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Where log lines go. What cannot be written, on a full disk or to a reader that is gone, is dropped and
 * counted: a log never ends the process that it is about. The first line that can be written again says so.
 */
export class LogOutput {
  private droppedLines = 0;
  private droppedSinceTold = 0;
  /** A line was cut off in the middle: the next begins behind it. */
  private broken = false;

  constructor(private readonly writeSome: Write) {}

  /** Lines that were dropped since the process began. */
  get dropped(): number {
    return this.droppedLines;
  }

  write(line: string): void {
    const told = this.droppedSinceTold > 0 ? this.notice() : '';
    if (this.writeAll(Buffer.from(`${this.broken ? '\n' : ''}${told}${line}`))) {
      this.droppedSinceTold = 0;
      return;
    }
    this.droppedLines += 1;
    this.droppedSinceTold += 1;
  }

  private writeAll(bytes: Buffer): boolean {
    let written = 0;
    for (let attempt = 0; written < bytes.length;) {
      try {
        const some = this.writeSome(bytes.subarray(written));
        if (some > 0) this.broken = true;
        written += some;
      } catch (error) {
        const isFullPipe = (error as NodeJS.ErrnoException).code === 'EAGAIN';
        attempt += 1;
        if (!isFullPipe || attempt >= attemptsOnFullPipe) return false;
        Atomics.wait(pause, 0, 0, pauseMs);
      }
    }
    this.broken = false;
    return true;
  }

  private notice(): string {
    return `${JSON.stringify({
      level: 'error',
      time: new Date().toISOString(),
      msg: 'log lines were dropped: they could not be written',
      dropped: this.droppedSinceTold,
    })}\n`;
  }
}

/** The process's own: standard output. */
export const standardOutput = new LogOutput((bytes) => fs.writeSync(1, bytes));
