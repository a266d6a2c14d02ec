/** The mock upstream takes 20 s over a stream whose prompt says so. */
export const SLOWLY = 'Answer slowly.';

/** A chat completion of about so many bytes. */
export function chatBody(options: {
  bytes: number;
  model?: string;
  stream?: boolean;
  slow?: boolean;
}): string {
  const prompt = options.slow ? SLOWLY : 'Say something about gateways.';
  const body = (content: string): string =>
    JSON.stringify({
      model: options.model ?? 'kimi-k2.5',
      max_tokens: 64,
      messages: [{ role: 'user', content }],
      stream: options.stream ?? false,
    });
  const padding = options.bytes - body(`${prompt} `).length;
  return body(`${'lorem ipsum '.repeat(Math.ceil(padding / 12)).slice(0, padding)} ${prompt}`);
}
