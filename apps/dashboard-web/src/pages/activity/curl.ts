const PATHS: Record<string, string> = {
  chat_completions: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
};

interface Asked {
  readonly origin: string;
  readonly api: string;
  readonly model: string;
  /** The request's own body, where it was opened. */
  readonly body?: string;
}

/** The request as a command; the key is in a variable, and does not get into the shell's history. */
export function curlOf({ origin, api, model, body }: Asked): string {
  const text = body ?? bodyFor(api, model);
  return [
    `curl ${origin}${PATHS[api] ?? '/v1/chat/completions'}`,
    `-H "authorization: Bearer $MODELBRIDGE_KEY"`,
    `-H 'content-type: application/json'`,
    ...(api === 'messages' ? [`-H 'anthropic-version: 2023-06-01'`] : []),
    `-d ${quoted(text)}`,
  ].join(' \\\n  ');
}

function bodyFor(api: string, model: string): string {
  if (api === 'responses') return JSON.stringify({ model, input: 'Hello' });
  const messages = [{ role: 'user', content: 'Hello' }];
  return JSON.stringify(
    api === 'messages' ? { model, max_tokens: 1024, messages } : { model, messages },
  );
}

/** As one word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
