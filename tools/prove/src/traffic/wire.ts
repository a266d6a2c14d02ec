/** The three APIs, each with a body that says a prompt. */
export const apis = {
  '/v1/chat/completions': (prompt: string) => ({ ...messages(prompt), max_tokens: 400 }),
  '/v1/responses': (prompt: string) => ({ input: prompt, max_output_tokens: 400 }),
  '/v1/messages': (prompt: string) => ({ ...messages(prompt), max_tokens: 400 }),
};
export type Path = keyof typeof apis;
export const paths = Object.keys(apis) as Path[];

function messages(prompt: string): object {
  return { messages: [{ role: 'user', content: prompt }] };
}

/** What a stream has said, piece by piece, in each of the three forms. */
export function piecesOf(stream: string): string[] {
  return [...stream.matchAll(/^data: (\{.*\})$/gm)].flatMap(([, json = '']) => {
    const event = JSON.parse(json) as Event;
    const { delta } = event;
    const said =
      event.choices?.[0]?.delta?.content ?? (typeof delta === 'string' ? delta : delta?.text);
    return typeof said === 'string' ? [said] : [];
  });
}

interface Event {
  choices?: { delta?: { content?: string } }[];
  delta?: string | { text?: string };
}
