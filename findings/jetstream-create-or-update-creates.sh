#!/usr/bin/env bash
# Versions    @nats-io/jetstream 3.4.0, @nats-io/transport-node 3.4.0
# Behaviour   consumers.add may be told an action; of its three, CreateOrUpdate is the empty string, as the server's API has
#             it. add takes that for "not said" and sends "create", given as an option and as the third argument, so that
#             it never updates. The server refuses a durable that is there with other settings.
# Seen        Both ways send "action":"create". nats-server 2.10.27 answers an add with another ack_wait with 10148, consumer
#             already exists; consumers.update changes it.
# Matters to  Whoever changes a setting of a durable in a release: the consumer of the new release does not start. Ask for
#             its info first, and call update where it is there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > /dev/null
npm install --no-audit --no-fund --silent @nats-io/jetstream@3.4.0 @nats-io/transport-node@3.4.0
cat > try.mjs <<'JS'
import { createServer } from 'node:net';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

// Speaks as much of the protocol as it takes to hear what is asked; it answers no request.
const actions = [];
const server = createServer((socket) => {
  let text = '';
  const info = { server_id: 'S', version: '2.12.0', proto: 1, headers: true, max_payload: 1e6, jetstream: true };
  socket.write(`INFO ${JSON.stringify(info)}\r\n`);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text += chunk;
    for (const [ping] of text.matchAll(/PING\r\n/g)) socket.write(ping.replace('PING', 'PONG'));
    text = text.replaceAll('PING\r\n', '');
    for (const [, action] of text.matchAll(/"action":"([a-z]*)"/g)) actions.push(action);
    text = text.replaceAll(/"action":"[a-z]*"/g, '');
  });
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const nc = await connect({ port: server.address().port, reconnect: false });
const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: 300 });
const settings = { durable_name: 'd', ack_policy: 'explicit' };
// The package does not export its list of actions.
const CreateOrUpdate = '';
await jsm.consumers.add('S', settings, { action: CreateOrUpdate }).catch(() => undefined);
await jsm.consumers.add('S', settings, CreateOrUpdate).catch(() => undefined);
await nc.close();
server.close();
const seen = JSON.stringify(actions);
console.log(seen);
process.exit(seen === '["create","create"]' ? 0 : 1);
JS
node try.mjs
