// Runs one server and stops it when the process that started this guard ends, however it ends:
// the IPC channel closes even on SIGKILL. Plain JavaScript, so that it runs from a checkout
// that has not been built.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout } from 'node:timers';

const { command, args, cwd, uid, gid, env, stopSignal, stopTimeoutMs } = JSON.parse(
  process.argv[2] ?? '{}',
);

const server = spawn(command, args, {
  cwd,
  uid,
  gid,
  env,
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit'],
});

let stopping = false;

function stop() {
  if (stopping) return;
  stopping = true;
  server.kill(stopSignal);
  setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs);
}

function reportAndExit(message, exitCode) {
  if (process.connected) process.send(message, () => process.exit(exitCode));
  else process.exit(exitCode);
}

server.once('spawn', () => {
  if (process.connected) process.send({ started: server.pid });
});
server.once('error', (error) => reportAndExit({ failed: error.message }, 1));
server.once('exit', (code, signal) => reportAndExit({ exited: { code, signal } }, 0));

process.on('disconnect', stop);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
