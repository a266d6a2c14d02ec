// The practical limit of a Node process: node:http in, undici out, bytes untouched.
// `node bare-pipe.js PORT UPSTREAM_ORIGIN`.
import { createServer, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const [port, origin] = [Number(process.argv[2]), process.argv[3] ?? ''];
const pool = new Pool(origin, { connections: 2048, pipelining: 1 });

function relay(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {
      return;
    },
    onResponseStart(controller, status, headers) {
      response.writeHead(status, headers);
      response.on('drain', () => controller.resume());
    },
    onResponseData(controller, part) {
      if (!response.write(part)) controller.pause();
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError(_controller, error) {
      response.destroy(error);
    },
  };
}

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' };
    const path = request.url ?? '/';
    pool.dispatch({ path, method: 'POST', headers, body: Buffer.concat(parts) }, relay(response));
  });
}).listen({ port, host: '127.0.0.1', backlog: 2048 });
