#!/usr/bin/env bash
# Versions    @ai-sdk/anthropic 3.0.140 with ai 6.0.326; @anthropic-ai/sdk 1.12.0
# Behaviour   A text block of POST /v1/messages has `citations: null` in the types of Anthropic's own SDK
#             (TextBlock.citations: Array<TextCitation> | null, not optional). The AI SDK's Anthropic provider
#             accepts the member as absent or an array, and refuses the whole reply where it is null.
# Seen        absent: accepted; array: accepted; null: AI_APICallError "Invalid JSON response",
#             content[0].citations "expected array, received null". Anthropic's SDK takes all three.
# Matters to  Whoever serves /v1/messages with other models and fills in every member that the types require:
#             all replies to AI SDK users fail. Leave the member out where there are no citations.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > /dev/null
npm install --no-audit --no-fund --silent ai@6.0.326 @ai-sdk/anthropic@3.0.140 @anthropic-ai/sdk@1.12.0
cat > try.mjs <<'JS'
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText } from 'ai';

let members = {};
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'some-model',
        content: [{ type: 'text', text: 'hello', ...members }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    );
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;
const vendor = new Anthropic({ baseURL: origin, apiKey: 'none', maxRetries: 0 });
const provider = createAnthropic({ baseURL: `${origin}/v1`, apiKey: 'none' });
const messages = [{ role: 'user', content: 'hi' }];

const outcomes = {};
for (const [name, given] of Object.entries({ absent: {}, array: { citations: [] }, null: { citations: null } })) {
  members = given;
  const own = await vendor.messages.create({ model: 'some-model', max_tokens: 9, messages });
  const through = await generateText({ model: provider('some-model'), messages, maxRetries: 0 }).then(
    ({ text }) => text,
    (error) => `${error.name}: ${error.message}`,
  );
  outcomes[name] = { anthropic: own.content[0].text, aiSdk: through };
}
server.close();
console.log(JSON.stringify(outcomes, null, 2));

const types = readFileSync('node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts', 'utf8');
const block = types.slice(types.indexOf('export interface TextBlock {'));
const nullable = /citations: Array<TextCitation> \| null;/.test(block.slice(0, block.indexOf('\n}')));
const asSeen =
  nullable &&
  Object.values(outcomes).every(({ anthropic }) => anthropic === 'hello') &&
  outcomes.absent.aiSdk === 'hello' &&
  outcomes.array.aiSdk === 'hello' &&
  outcomes.null.aiSdk.includes('Invalid JSON response');
console.log(asSeen ? 'as described' : 'this has changed');
process.exit(asSeen ? 0 : 1);
JS
node try.mjs
