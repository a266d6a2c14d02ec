import fc from 'fast-check';
import type { Reply, ReplyPart } from '../conversation/reply.js';
import type {
  ConversationRequest,
  MediaSource,
  Part,
  Tool,
  Turn,
} from '../conversation/request.js';
import type { ReportedUsage } from '../usage/token-usage.js';

/** Text with what breaks naive code: quotes, escapes, surrogate pairs, SSE's and JSON's own signs. */
export const texts = fc
  .array(
    fc.constantFrom(
      'a',
      'ß',
      '😀',
      '"',
      '\\',
      '\n',
      '\r',
      '\n\n',
      'data: [DONE]',
      '{',
      '}',
      '\u2028',
      ' x',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => `t${pieces.join('')}t`);

const argumentsJson = fc
  .dictionary(fc.constantFrom('a', 'b', 'input'), fc.jsonValue({ maxDepth: 2 }))
  .map((object) => JSON.stringify(object));
const names = fc.constantFrom('get_weather', 'f', 'tool-2');
const counts = fc.nat({ max: 1_000_000 });

const toolCalls = fc
  .record({ name: names, input: argumentsJson, number: fc.nat() })
  .map(({ name, input, number }): ReplyPart => {
    return { kind: 'tool_call', id: `functions.${name}:${number}`, name, input, freeform: false };
  });

/** Replies that all three formats can say: reasoning, then text, then distinct tool calls. */
export const replies: fc.Arbitrary<Reply> = fc
  .record({
    reasoning: fc.option(texts, { nil: undefined }),
    text: fc.option(texts, { nil: undefined }),
    calls: fc.uniqueArray(toolCalls, {
      maxLength: 3,
      selector: (part) => (part.kind === 'tool_call' ? part.id : ''),
    }),
    cut: fc.boolean(),
  })
  .map(({ reasoning, text, calls, cut }) => {
    const parts: ReplyPart[] = [];
    if (reasoning !== undefined) parts.push({ kind: 'reasoning', text: reasoning });
    if (text !== undefined) parts.push({ kind: 'text', text });
    parts.push(...calls);
    const whole = calls.length > 0 ? 'tool_calls' : 'stop';
    return { id: 'x1', created: 5, parts, finishReason: cut ? 'length' : whole };
  });

export const usages: fc.Arbitrary<ReportedUsage> = fc
  .record({ input: counts, read: counts, write: counts, output: counts })
  .map(({ input, read, write, output }) => ({
    inputTokens: input,
    cacheReadTokens: read,
    cacheWrite5mTokens: write,
    cacheWrite1hTokens: 0,
    outputTokens: output,
  }));

const sources: fc.Arbitrary<MediaSource> = fc.oneof(
  fc.constant<MediaSource>({ type: 'url', url: 'https://example.com/a.png' }),
  fc.constant<MediaSource>({ type: 'base64', mediaType: 'image/png', data: 'aGk=' }),
);
const textParts = texts.map((text): Part => ({ kind: 'text', text }));
const userParts = fc.oneof(
  textParts,
  sources.map((source): Part => ({ kind: 'image', source })),
);

/** A user's word, an assistant's answer with calls, and the results of those calls. */
const exchanges = fc
  .record({
    asked: fc.array(userParts, { minLength: 1, maxLength: 3 }),
    said: texts,
    calls: fc.uniqueArray(toolCalls, {
      maxLength: 2,
      selector: (part) => (part.kind === 'tool_call' ? part.id : ''),
    }),
    result: texts,
  })
  .map(({ asked, said, calls, result }): Turn[] => {
    const turns: Turn[] = [
      { role: 'user', parts: asked },
      { role: 'assistant', parts: [{ kind: 'text', text: said }, ...(calls as Part[])] },
    ];
    const results = calls.flatMap((call): Part[] =>
      call.kind === 'tool_call'
        ? [
            {
              kind: 'tool_result',
              callId: call.id,
              parts: [{ kind: 'text', text: result }],
            },
          ]
        : [],
    );
    if (results.length > 0) turns.push({ role: 'user', parts: results });
    return turns;
  });

const tools: fc.Arbitrary<Tool> = fc.record({ name: names, description: texts }).map((tool) => ({
  ...tool,
  schema: { type: 'object', properties: { a: { type: 'string' } } },
  freeform: false,
}));

/** Requests whose every field all three formats can say. */
export const requests: fc.Arbitrary<ConversationRequest> = fc
  .record({
    system: fc.option(texts, { nil: undefined }),
    exchanges: fc.array(exchanges, { maxLength: 2 }),
    last: texts,
    tools: fc.uniqueArray(tools, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    choice: fc.constantFrom('auto', 'required', 'named', undefined),
    parallel: fc.constantFrom(false, undefined),
    cap: fc.integer({ min: 16, max: 4_096 }),
    temperature: fc.constantFrom(0, 0.5, undefined),
    user: fc.constantFrom('user-1', undefined),
    stream: fc.boolean(),
  })
  .map(({ system, exchanges: turns, last, tools: declared, choice, parallel, ...rest }) => {
    const request: ConversationRequest = {
      turns: [
        ...(system === undefined
          ? []
          : [{ role: 'system' as const, parts: [{ kind: 'text' as const, text: system }] }]),
        ...turns.flat(),
        { role: 'user', parts: [{ kind: 'text', text: last }] },
      ],
      tools: declared,
      maxOutputTokens: rest.cap,
      stream: rest.stream,
      includeUsage: true,
      ignored: [],
    };
    if (rest.temperature !== undefined) request.temperature = rest.temperature;
    if (rest.user !== undefined) request.user = rest.user;
    if (choice !== undefined) {
      request.toolChoice =
        choice === 'named' ? { type: 'tool', name: declared[0]!.name } : { type: choice };
      if (parallel !== undefined) request.parallelToolCalls = parallel;
    }
    return request;
  });
