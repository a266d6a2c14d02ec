import { describe, expect, it } from '@jest/globals';
import { Logger } from './logger.js';
import { LogOutput } from './log-output.js';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A disk with room for so many bytes. */
class Disk {
  text = '';
  constructor(public room: number) {}

  readonly write = (bytes: Buffer): number => {
    if (this.room === 0) throw failure('ENOSPC');
    const some = Math.min(this.room, bytes.length);
    this.room -= some;
    this.text += bytes.toString('utf8', 0, some);
    return some;
  };
}

describe('the output of a log', () => {
  it('drops what a full disk does not take, counts it, and says so when there is room again', () => {
    const disk = new Disk(Infinity);
    const output = new LogOutput(disk.write);
    const logger = Logger.create({ service: 'test', destination: output });
    logger.info('before');
    disk.room = 10;
    logger.error({ err: new Error('whatever') }, 'cut');
    logger.error('lost');
    expect(output.dropped).toBe(2);
    disk.room = Infinity;
    logger.info('after');
    logger.info('later');
    const lines = disk.text.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toHaveLength(10);
    const whole = [0, 2, 3, 4].map((index) => JSON.parse(lines[index] ?? '') as { msg: string });
    expect(whole.map(({ msg }) => msg)).toEqual([
      'before',
      'log lines were dropped: they could not be written',
      'after',
      'later',
    ]);
    expect(whole[1]).toMatchObject({ level: 'error', dropped: 2 });
  });

  it('waits a little for a full pipe, and for no reader that is gone', () => {
    let refusals = 3;
    let text = '';
    const output = new LogOutput((bytes) => {
      if (refusals-- > 0) throw failure('EAGAIN');
      text += bytes.toString();
      return bytes.length;
    });
    output.write('a line\n');
    expect(text).toBe('a line\n');
    const gone = new LogOutput(() => {
      throw failure('EPIPE');
    });
    gone.write('a line\n');
    expect(gone.dropped).toBe(1);
  });
});
