import type { StackDescription } from '@modelbridge/ops';
import { bold, dim, say, seconds } from '../console.js';

const MODEL = 'gpt-5.4';

/** A request that works as pasted. */
export function curlExample(gateway: string, apiKey: string): string {
  return [
    `curl ${gateway}/v1/chat/completions \\`,
    `  -H 'Authorization: Bearer ${apiKey}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"model": "${MODEL}", "messages": [{"role": "user", "content": "Say hello"}]}'`,
  ].join('\n');
}

function sdkExample(gateway: string, apiKey: string): string {
  return [
    `import OpenAI from 'openai';`,
    '',
    `const client = new OpenAI({ baseURL: '${gateway}/v1', apiKey: '${apiKey}' });`,
    `const reply = await client.chat.completions.create({`,
    `  model: '${MODEL}',`,
    `  messages: [{ role: 'user', content: 'Say hello' }],`,
    `});`,
    `console.log(reply.choices[0].message.content);`,
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}

/** Says that everything is healthy, where it is, and what to do first. */
export function welcome(stack: StackDescription, stateRoot: string, tookMs: number): void {
  const { gateways, apiKey } = stack;
  const rows: [string, string][] = [
    ...gateways.map((url, index): [string, string] => [
      gateways.length === 1 ? 'Gateway' : `Gateway ${index + 1}`,
      `${url}/v1`,
    ]),
    ['Dashboard', `${stack.dashboard}/app   ${dim('sign in as the demo person with one click')}`],
    ['Sandbox', `${stack.sandbox}   ${dim('stands in for the model providers, Clerk and Stripe')}`],
    ['Mailbox', `${stack.sandbox}/mail   ${dim('every mail that is sent')}`],
    ['Demo key', apiKey],
    ['', dim(`${stack.account.email}, 1,000 USD`)],
  ];
  say('');
  say(bold(`  ModelBridge is ready in ${seconds(tookMs)}`));
  say('');
  for (const [name, value] of rows) say(`    ${name.padEnd(12)}${value}`);
  say(`\n  ${bold('Try it')}\n`);
  say(indented(curlExample(stack.gateway, apiKey)));
  say(`\n  ${bold('With the OpenAI SDK')} ${dim('(npm install openai)')}\n`);
  say(indented(sdkExample(stack.gateway, apiKey)));
  say(`\n  ${bold('and in Python')} ${dim('(pip install openai)')}\n`);
  say(
    indented(
      `from openai import OpenAI\n\nclient = OpenAI(base_url="${stack.gateway}/v1", api_key="${apiKey}")`,
    ),
  );
  say('');
  say(`    ${'Stop'.padEnd(12)}Ctrl-C ${dim('(keeps the data; npm run reset wipes them)')}`);
  say(`    ${'Logs'.padEnd(12)}${stateRoot}/logs`);
  say('');
}
