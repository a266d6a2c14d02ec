import type { OpenedContent } from '../reading/reading.service.js';
import { unreadableAt } from '../contents/held.js';
import { iso, jsonLines, type ArchiveFile, type Field } from './archive-file.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An opened content, its bodies as a JSON file can hold them. */
interface Said extends OpenedContent {
  request: Text;
  reply: Text;
}

interface Text {
  text: string;
  encoding: 'utf8' | 'base64';
}

const fields: readonly Field<Said>[] = [
  { name: 'id', about: 'The request, as in the usage.', value: ({ held }) => held.requestId },
  { name: 'account_id', about: 'What paid for it.', value: ({ held }) => held.accountId },
  { name: 'stored_at', about: 'When it was stored.', value: ({ held }) => iso(held.storedAt) },
  {
    name: 'unreadable_at',
    about: 'When what ModelBridge holds of it can be read no more, by anybody.',
    value: ({ held }) => iso(unreadableAt(held)),
  },
  { name: 'raw_bytes', about: 'Its size.', value: ({ held }) => Number(held.rawBytes) },
  {
    name: 'started_at',
    about: 'When it began.',
    value: ({ content }) => time(content.timing.startedAt),
  },
  {
    name: 'first_byte_at',
    about: 'When the reply began; null where none left.',
    value: ({ content }) => time(content.timing.firstByteAt),
  },
  {
    name: 'completed_at',
    about: 'When it ended.',
    value: ({ content }) => time(content.timing.completedAt),
  },
  { name: 'model', about: 'The model that was asked.', value: ({ content }) => content.model },
  { name: 'api', about: 'The API that was used.', value: ({ content }) => content.api },
  {
    name: 'provider',
    about: 'Who ran it; null where nobody was called.',
    value: ({ content }) => content.provider,
  },
  { name: 'region', about: 'Where.', value: ({ content }) => content.region },
  { name: 'ip', about: 'The address that it came from.', value: ({ content }) => content.ip },
  {
    name: 'user_agent',
    about: 'The program that asked.',
    value: ({ content }) => content.userAgent,
  },
  { name: 'method', about: 'Of HTTP.', value: ({ content }) => content.request.method },
  { name: 'path', about: 'Of the API.', value: ({ content }) => content.request.path },
  {
    name: 'request_headers',
    about: 'Those that are kept, by name. A key is never among them.',
    value: ({ content }) => content.request.headers,
  },
  { name: 'request_body', about: 'What you sent.', value: ({ request }) => request.text },
  {
    name: 'request_body_encoding',
    about: 'utf8: as it is; base64: it was no text.',
    value: ({ request }) => request.encoding,
  },
  {
    name: 'status',
    about: 'The HTTP status that you got.',
    value: ({ content }) => content.reply.status,
  },
  {
    name: 'complete',
    about: 'Whether you got all of the reply.',
    value: ({ content }) => content.reply.complete,
  },
  {
    name: 'reply_headers',
    about: 'Those that are kept, by name.',
    value: ({ content }) => content.reply.headers,
  },
  {
    name: 'reply_body',
    about: 'What you got; of a stream its events.',
    value: ({ reply }) => reply.text,
  },
  {
    name: 'reply_body_encoding',
    about: 'As request_body_encoding.',
    value: ({ reply }) => reply.encoding,
  },
];

/** What a person's requests said, as far as it is still held. */
export function contentFile(contents: () => AsyncIterable<OpenedContent>): ArchiveFile {
  async function* rows(): AsyncGenerator<Said> {
    for await (const { held, content } of contents()) {
      const { request, reply } = content;
      yield { held, content, request: textOf(request.body), reply: textOf(reply.body) };
    }
  }
  return jsonLines(
    'content.jsonl',
    'What your requests said and were answered, as far as it is still held, newest first: in teams too, and ' +
      'without what ends within two hours of the preparation.',
    fields,
    rows,
  );
}

function textOf(body: Uint8Array): Text {
  try {
    return { text: utf8.decode(body), encoding: 'utf8' };
  } catch {
    return { text: Buffer.from(body).toString('base64'), encoding: 'base64' };
  }
}

function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
