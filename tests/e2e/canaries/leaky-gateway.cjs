// A gateway that logs what some requests say: what the search for canaries is to catch. It is loaded into the processes of
// one test's system, and does nothing without the header.
const http = require('node:http');

const { emit } = http.Server.prototype;
http.Server.prototype.emit = function (event, req, ...rest) {
  if (event === 'request' && req.headers['x-test-leak'] !== undefined) {
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
  return emit.call(this, event, req, ...rest);
};
