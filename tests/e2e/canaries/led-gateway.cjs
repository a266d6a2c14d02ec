// What one test's system is made to do, by files in its TMPDIR: `leak` has its gateway log what requests say, which the search
// for canaries is to catch; `leap` puts the gateway's monotonic clock so many milliseconds ahead. Without them it does nothing.
const { existsSync, readFileSync } = require('node:fs');
const http = require('node:http');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { setInterval } = require('node:timers');

const leak = join(tmpdir(), 'leak');
const leap = join(tmpdir(), 'leap');

if (process.env.SPOOL_DIR !== undefined) {
  const { emit } = http.Server.prototype;
  http.Server.prototype.emit = function (event, req, ...rest) {
    if (event === 'request' && existsSync(leak)) logBody(req);
    return emit.call(this, event, req, ...rest);
  };

  const now = performance.now.bind(performance);
  let aheadMs = 0;
  performance.now = () => now() + aheadMs;
  setInterval(() => {
    if (existsSync(leap)) aheadMs = Number(readFileSync(leap, 'utf8'));
  }, 50).unref();
}

function logBody(req) {
  const chunks = [];
  req.on('newListener', function listen(name) {
    if (name !== 'data') return;
    req.off('newListener', listen);
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () =>
      process.stdout.write(`${JSON.stringify({ msg: Buffer.concat(chunks).toString() })}\n`),
    );
  });
}
