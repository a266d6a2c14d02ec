/** What the snippets are for. */
export interface SnippetPlace {
  /** The origin of the public API. */
  readonly origin: string;
  /** The model to name; undefined: one that suits the client. */
  readonly model?: string;
}

export interface SnippetFile {
  /** Where it goes, such as `hello.mjs`; undefined: into a shell. */
  readonly name?: string;
  readonly language: 'js' | 'python' | 'sh' | 'toml' | 'json';
  readonly text: string;
}

export interface Snippet {
  readonly id: string;
  readonly name: string;
  /** What to install first, as a command. */
  readonly install?: string;
  readonly files: readonly SnippetFile[];
  /** What is filled into the settings of a program, in place of files. */
  readonly settings?: readonly { readonly label: string; readonly value: string }[];
  readonly note?: string;
}

/** The variable that holds the key, in every snippet: a key does not belong into a file. */
export const KEY_VARIABLE = 'MODELBRIDGE_KEY';

const gpt = 'gpt-5.4';
const claude = 'claude-sonnet-4-6';

/** Ready to run, in the order in which they are offered. docs/clients.md says how each client is set up. */
export function snippetsFor({ origin, model }: SnippetPlace): Snippet[] {
  return [
    curl(origin, model ?? gpt),
    openAiJs(origin, model ?? gpt),
    openAiPython(origin, model ?? gpt),
    anthropicJs(origin, model ?? claude),
    anthropicPython(origin, model ?? claude),
    vercelAi(origin, model ?? gpt),
    langChain(origin, model ?? gpt),
    claudeCode(origin, model ?? claude),
    codex(origin, model ?? 'gpt-5.3-codex'),
    openCode(origin, model ?? 'kimi-k2.5'),
    cline(origin, model ?? claude),
    cursor(origin, model ?? gpt),
  ];
}

function curl(origin: string, model: string): Snippet {
  const text = `curl ${origin}/v1/chat/completions \\
  -H "authorization: Bearer $${KEY_VARIABLE}" \\
  -H 'content-type: application/json' \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`;
  return { id: 'curl', name: 'curl', files: [{ language: 'sh', text }] };
}

function openAiJs(origin: string, model: string): Snippet {
  const text = `import OpenAI from 'openai';

const openai = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: process.env.${KEY_VARIABLE},
});
const completion = await openai.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(completion.choices[0].message.content);`;
  return {
    id: 'openai-js',
    name: 'OpenAI SDK (TypeScript)',
    install: 'npm install openai',
    files: [{ name: 'hello.mjs', language: 'js', text }],
  };
}

function openAiPython(origin: string, model: string): Snippet {
  const text = `import os
from openai import OpenAI

openai = OpenAI(
    base_url="${origin}/v1",
    api_key=os.environ["${KEY_VARIABLE}"],
)
completion = openai.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(completion.choices[0].message.content)`;
  return {
    id: 'openai-python',
    name: 'OpenAI SDK (Python)',
    install: 'pip install openai',
    files: [{ name: 'hello.py', language: 'python', text }],
  };
}

function anthropicJs(origin: string, model: string): Snippet {
  const text = `import Anthropic from '@anthropic-ai/sdk';

const anthropic = new Anthropic({
  baseURL: '${origin}',
  apiKey: process.env.${KEY_VARIABLE},
});
const message = await anthropic.messages.create({
  model: '${model}',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(message.content);`;
  return {
    id: 'anthropic-js',
    name: 'Anthropic SDK (TypeScript)',
    install: 'npm install @anthropic-ai/sdk',
    files: [{ name: 'hello.mjs', language: 'js', text }],
  };
}

function anthropicPython(origin: string, model: string): Snippet {
  const text = `import os
from anthropic import Anthropic

anthropic = Anthropic(
    base_url="${origin}",
    api_key=os.environ["${KEY_VARIABLE}"],
)
message = anthropic.messages.create(
    model="${model}",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
)
print(message.content)`;
  return {
    id: 'anthropic-python',
    name: 'Anthropic SDK (Python)',
    install: 'pip install anthropic',
    files: [{ name: 'hello.py', language: 'python', text }],
  };
}

function vercelAi(origin: string, model: string): Snippet {
  const text = `import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';

const modelbridge = createOpenAICompatible({
  name: 'modelbridge',
  baseURL: '${origin}/v1',
  apiKey: process.env.${KEY_VARIABLE},
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const { text } = await generateText({ model: modelbridge('${model}'), prompt: 'Hello' });
console.log(text);`;
  return {
    id: 'vercel-ai',
    name: 'Vercel AI SDK',
    install: 'npm install ai @ai-sdk/openai-compatible',
    files: [{ name: 'hello.mjs', language: 'js', text }],
  };
}

function langChain(origin: string, model: string): Snippet {
  const text = `import { ChatOpenAI } from '@langchain/openai';

const chat = new ChatOpenAI({
  model: '${model}',
  apiKey: process.env.${KEY_VARIABLE},
  configuration: { baseURL: '${origin}/v1' },
});
const answer = await chat.invoke('Hello');
console.log(answer.content);`;
  return {
    id: 'langchain',
    name: 'LangChain',
    install: 'npm install @langchain/openai @langchain/core',
    files: [{ name: 'hello.mjs', language: 'js', text }],
  };
}

function claudeCode(origin: string, model: string): Snippet {
  const text = `export ANTHROPIC_BASE_URL=${origin}
export ANTHROPIC_AUTH_TOKEN=$${KEY_VARIABLE}
claude --model ${model}`;
  return {
    id: 'claude-code',
    name: 'Claude Code',
    install: 'npm install --global @anthropic-ai/claude-code',
    files: [{ language: 'sh', text }],
  };
}

function codex(origin: string, model: string): Snippet {
  const text = `model = "${model}"
model_provider = "modelbridge"

[model_providers.modelbridge]
name = "ModelBridge"
base_url = "${origin}/v1"
env_key = "${KEY_VARIABLE}"
wire_api = "responses"`;
  return {
    id: 'codex',
    name: 'Codex',
    install: 'npm install --global @openai/codex',
    files: [{ name: '~/.codex/config.toml', language: 'toml', text }],
    note: 'Then run codex in the shell that has the key.',
  };
}

function openCode(origin: string, model: string): Snippet {
  const text = JSON.stringify(
    {
      $schema: 'https://opencode.ai/config.json',
      provider: {
        modelbridge: {
          npm: '@ai-sdk/openai-compatible',
          name: 'ModelBridge',
          options: { baseURL: `${origin}/v1`, apiKey: `{env:${KEY_VARIABLE}}` },
          models: { [model]: {} },
        },
      },
    },
    undefined,
    2,
  );
  return {
    id: 'opencode',
    name: 'opencode',
    install: 'npm install --global opencode-ai',
    files: [
      { name: 'opencode.json', language: 'json', text },
      { language: 'sh', text: `opencode run -m modelbridge/${model} 'Hello'` },
    ],
  };
}

function cline(origin: string, model: string): Snippet {
  return {
    id: 'cline',
    name: 'Cline',
    files: [],
    settings: [
      { label: 'API Provider', value: 'OpenAI Compatible' },
      { label: 'Base URL', value: `${origin}/v1` },
      { label: 'API Key', value: `$${KEY_VARIABLE}` },
      { label: 'Model ID', value: model },
    ],
  };
}

function cursor(origin: string, model: string): Snippet {
  return {
    id: 'cursor',
    name: 'Cursor',
    files: [],
    settings: [
      { label: 'OpenAI API Key', value: `$${KEY_VARIABLE}` },
      { label: 'Override OpenAI Base URL', value: `${origin}/v1` },
      { label: 'Add a custom model', value: model },
    ],
    note: 'In the settings under Models. Cursor calls the API from its own servers: the address must be public.',
  };
}
