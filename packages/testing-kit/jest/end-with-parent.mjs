// Ends jest, or a worker of it, when its parent is gone: nobody waits for the tests any more, and what they
// have started ends with them.
import process from 'node:process';
import { setInterval } from 'node:timers';

const LOOK_MS = 100;

// A listener for `disconnect` would keep an idle worker from ending.
if (process.connected) setInterval(() => process.connected || process.exit(1), LOOK_MS).unref();
