import { ApiError } from '../../../api/api-error.js';
import { withChunk } from './chunk.js';
import type { Failure, Reply } from './entries.js';
import { readEvents } from './read-events.js';

/** What is shown is drawn this often, however many events come. */
const DRAWN_EVERY_MS = 40;

interface Run {
  readonly begun: Reply;
  readonly ask: (signal: AbortSignal) => Promise<Response>;
  readonly signal: AbortSignal;
  readonly onChange: (reply: Reply) => void;
}

/** Asks for a reply and tells of it as it comes. It always ends, and never throws. */
export async function runReply({ begun, ask, signal, onChange }: Run): Promise<void> {
  let reply = begun;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const drawSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange(reply);
    }, DRAWN_EVERY_MS);
  };
  try {
    const response = await ask(signal);
    reply = {
      ...reply,
      requestId: response.headers.get('x-request-id') ?? undefined,
      ignored: response.headers.get('x-modelbridge-ignored') ?? undefined,
    };
    drawSoon();
    const isWhole =
      response.body !== null &&
      (await readEvents(response.body, (data) => {
        reply = withChunk(reply, data, Date.now());
        drawSoon();
      }));
    reply = ended(reply, isWhole || reply.finish !== undefined);
  } catch (error) {
    reply = signal.aborted
      ? { ...reply, state: 'stopped' }
      : { ...reply, ...failedWith(error, reply.requestId) };
  } finally {
    clearTimeout(timer);
    onChange({ ...reply, endedMs: Date.now() });
  }
}

function ended(reply: Reply, isWhole: boolean): Reply {
  if (reply.failure !== undefined) return { ...reply, state: 'failed' };
  return isWhole ? { ...reply, state: 'done' } : { ...reply, state: 'failed', failure: BROKEN };
}

const BROKEN: Failure = {
  code: 'connection_broken',
  message: 'The connection broke in the middle of the answer. Try again.',
};

function failedWith(
  error: unknown,
  requestId: string | undefined,
): Pick<Reply, 'state' | 'failure' | 'requestId'> {
  if (!(error instanceof ApiError)) return { state: 'failed', failure: BROKEN, requestId };
  const failure = { code: error.code, message: error.message };
  return { state: 'failed', failure, requestId: error.details.requestId ?? requestId };
}
