// Runs servers and stops them when the process that started this guard ends, however it ends: the IPC channel
// closes even on SIGKILL. One server, which the argument describes, and then this guard ends with it; or, where the
// argument only says what they are for, each that it is told of. Plain JavaScript, so that it runs from a checkout
// that has not been built.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout } from 'node:timers';

const told = JSON.parse(process.argv[2] ?? '{}');
const running = new Set();
let ends = () => undefined;

/** Starts a server and says what becomes of it. */
function run({ command, args, cwd, uid, gid, env, stopSignal, stopTimeoutMs }, say) {
  const server = spawn(command, args, {
    cwd,
    uid,
    gid,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = () => {
    server.kill(stopSignal);
    setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs).unref();
  };
  running.add(stop);
  const end = (message, exitCode) => {
    running.delete(stop);
    if (process.connected) process.send(message, () => ends(exitCode));
    else ends(exitCode);
  };
  server.once('spawn', () => {
    if (process.connected) process.send(say({ started: server.pid }));
  });
  server.once('error', (error) => end(say({ failed: error.message }), 1));
  server.once('exit', (code, signal) => end(say({ exited: { code, signal } }), 0));
}

let stopping = false;

function stopAll() {
  if (stopping) return;
  stopping = true;
  ends = (exitCode) => running.size === 0 && process.exit(exitCode);
  for (const stop of running) stop();
  ends(0);
}

if (told.command === undefined) {
  process.on('message', ({ id, server }) => {
    if (!stopping) run(server, (message) => ({ id, ...message }));
  });
} else {
  ends = (exitCode) => process.exit(exitCode);
  run(told, (message) => message);
}
process.on('disconnect', stopAll);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stopAll);
