#!/usr/bin/env bash
# Versions    @openai/codex 0.171.0; the types of openai 7.59.0
# Behaviour   Codex sends a member `client_metadata` in the body of POST {base_url}/responses, with a stable id of
#             the installation, to every provider of its configuration, also where analytics are off. OpenAI's own
#             API does not have the member: it is not in the types of its SDK, and reports say that it is refused
#             with 400 "Unknown parameter: 'client_metadata'" (SEMOSS/Semoss#2532, james-6-23/codex2api#340).
# Seen        analytics.enabled = false, a provider of another name on this machine: the body has client_metadata
#             with x-codex-installation-id, the same in two runs.
# Matters to  Whoever passes Responses bodies on as they came: where those reports hold, each turn of Codex is
#             refused. Leaving the member out also keeps a person's id from the provider.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > /dev/null
npm install --no-audit --no-fund --silent @openai/codex@0.171.0 openai@7.59.0
cat > try.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const bodies = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk)).on('end', () => {
    if (request.method === 'POST' && request.url === '/v1/responses') bodies.push(JSON.parse(text));
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'enough', type: 'invalid_request_error' } }));
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
mkdirSync('home');
writeFileSync(
  'home/config.toml',
  `model_provider = "other"
analytics.enabled = false
check_for_update_on_startup = false
otel.exporter = "none"
[model_providers.other]
name = "Other"
base_url = "http://127.0.0.1:${server.address().port}/v1"
env_key = "KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`,
);
const env = {
  PATH: process.env.PATH,
  HOME: `${process.cwd()}/home`,
  CODEX_HOME: `${process.cwd()}/home`,
  KEY: 'none',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1',
};
for (let run = 0; run < 2; run++) {
  const args = ['exec', '--skip-git-repo-check', '-m', 'some-model', 'hi'];
  const child = spawn('node_modules/.bin/codex', args, { env, stdio: 'ignore', timeout: 60_000 });
  await once(child, 'close');
}
server.close();

const ids = bodies.map((body) => body.client_metadata?.['x-codex-installation-id']);
const types = readFileSync('node_modules/openai/resources/responses/responses.d.ts', 'utf8');
console.log({ requests: bodies.length, ids, inTypes: types.includes('client_metadata') });
const asSeen = ids.length === 2 && Boolean(ids[0]) && ids[0] === ids[1] && !types.includes('client_metadata');
console.log(asSeen ? 'as described' : 'this has changed');
process.exit(asSeen ? 0 : 1);
JS
node try.mjs
