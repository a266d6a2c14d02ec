// Loaded into every process of a soak's system (NODE_OPTIONS): the clock of the one that listens on a port is as
// far ahead as `offsets.json` beside this file says, in milliseconds by port. Monotonic time is left alone.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setInterval } from 'node:timers';

const file = new URL('offsets.json', import.meta.url);
const lookEveryMs = 250;
const { now: realNow } = Date;
let offsetMs = 0;

function look() {
  try {
    offsetMs = JSON.parse(readFileSync(file, 'utf8'))[process.env.HTTP_PORT] ?? 0;
  } catch {
    // Between two versions of the file: as before.
  }
}

if (process.env.HTTP_PORT !== undefined) {
  look();
  setInterval(look, lookEveryMs).unref();
  const shifted = () => realNow() + offsetMs;
  const RealDate = Date;
  RealDate.now = shifted;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [shifted()] : args, newTarget),
    apply: () => new RealDate(shifted()).toString(),
  });
}
