import { KEY_VARIABLE } from '../../../snippets/snippets.js';

export const LANGUAGES = ['curl', 'typescript', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The request as a program sends it. Pictures are cut short: they would hide everything else. */
export function codeOf(language: Language, origin: string, body: unknown): string {
  const shown = JSON.parse(JSON.stringify(body, cutPicture)) as Json;
  if (language === 'curl') return curl(origin, shown);
  return language === 'typescript' ? typescript(origin, shown) : python(origin, shown);
}

export function hasPictures(body: unknown): boolean {
  return JSON.stringify(body).includes('"data:image/');
}

function cutPicture(_: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [head] = /^data:image\/[a-z.+-]+;base64,/.exec(value) ?? [];
  return head === undefined ? value : `${head}…`;
}

function curl(origin: string, body: Json): string {
  const text = JSON.stringify(body, undefined, 2).replaceAll("'", `'\\''`);
  return `curl -N ${origin}/v1/chat/completions \\
  -H "authorization: Bearer $${KEY_VARIABLE}" \\
  -H 'content-type: application/json' \\
  -d '${text}'`;
}

function typescript(origin: string, body: Json): string {
  return `import OpenAI from 'openai';

const openai = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: process.env.${KEY_VARIABLE},
});
const stream = await openai.chat.completions.create(${JSON.stringify(body, undefined, 2)});
for await (const { choices } of stream) {
  process.stdout.write(choices[0]?.delta.content ?? '');
}`;
}

function python(origin: string, body: Json): string {
  return `import os
from openai import OpenAI

openai = OpenAI(
    base_url="${origin}/v1",
    api_key=os.environ["${KEY_VARIABLE}"],
)
request = ${pythonOf(body, '')}
for chunk in openai.chat.completions.create(**request):
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`;
}

/** A literal of Python: JSON, but for three words. */
function pythonOf(value: Json, indent: string): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}    `;
  const isList = Array.isArray(value);
  const items = isList
    ? (value as readonly Json[]).map((item) => pythonOf(item, inner))
    : Object.entries(value).map(
        ([name, item]) => `${JSON.stringify(name)}: ${pythonOf(item, inner)}`,
      );
  const [open, close] = isList ? '[]' : '{}';
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`;
}
