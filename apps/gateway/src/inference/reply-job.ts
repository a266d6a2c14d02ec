import type { WireFormat } from '@modelbridge/llm-wire';
import { revived, type SentBody } from '../plan/plan-jobs.js';
import type { Job } from '../workers/job.js';
import { readReply, type ReadReply } from './read-reply.js';

interface LargeReply {
  body: Buffer;
  /** What was called. */
  upstream: Pick<SentBody, 'format' | 'context' | 'reply'>;
  /** The caller's format. */
  to: WireFormat;
}

interface ReplyOutcome {
  /** The reply for the caller, or what came where that is none. */
  body: Buffer;
  facts: Omit<ReadReply, 'body'> | undefined;
}

/** `readReply` for a large one. */
export const replyJob: Job<LargeReply, ReplyOutcome> = {
  name: 'reply',
  run({ body, upstream: { context, ...upstream }, to }) {
    const read = readReply(body, { ...upstream, context: revived(context) }, to);
    if (read === undefined) return { body, facts: undefined };
    const { body: reply, ...facts } = read;
    return { body: reply, facts };
  },
};
