import { ChatReplyReader, readChatReply } from './chat/reply-reader.js';
import { ChatReplyWriter, writeChatReply } from './chat/reply-writer.js';
import { readChatRequest } from './chat/request-reader.js';
import { writeChatRequest } from './chat/request-writer.js';
import type { ReplyEvent, ReplyReader, ReplyWriter } from './conversation/events.js';
import type { ReplyContext } from './conversation/reply-context.js';
import type { Reply } from './conversation/reply.js';
import type { ConversationRequest } from './conversation/request.js';
import type { Ignorable, UpstreamProfile } from './conversation/upstream-profile.js';
import type { JsonObject } from './json.js';
import { MessagesReplyReader, readMessagesReply } from './messages/reply-reader.js';
import { MessagesReplyWriter, writeMessagesReply } from './messages/reply-writer.js';
import { readMessagesRequest } from './messages/request-reader.js';
import { writeMessagesRequest } from './messages/request-writer.js';
import { ResponsesReplyReader, readResponsesReply } from './responses/reply-reader.js';
import { ResponsesReplyWriter } from './responses/reply-writer.js';
import { readResponsesRequest } from './responses/request-reader.js';
import { writeResponsesRequest } from './responses/request-writer.js';
import { writeResponsesReply } from './responses/response-object.js';
import type { WireFormat } from './wire-format.js';

/** A format's readers and writers. Any reader goes with any writer. */
export interface WireCodec {
  readRequest(body: JsonObject): ConversationRequest;
  writeRequest(
    request: ConversationRequest,
    upstream: UpstreamProfile,
    ignore: (field: Ignorable) => void,
  ): JsonObject;
  replyReader(): ReplyReader;
  replyWriter(context: ReplyContext): ReplyWriter;
  readReply(body: JsonObject): ReplyEvent[];
  writeReply(reply: Reply, context: ReplyContext): JsonObject;
}

export const codecs: Readonly<Record<WireFormat, WireCodec>> = {
  chat: {
    readRequest: readChatRequest,
    writeRequest: writeChatRequest,
    replyReader: () => new ChatReplyReader(),
    replyWriter: (context) => new ChatReplyWriter(context),
    readReply: readChatReply,
    writeReply: writeChatReply,
  },
  responses: {
    readRequest: readResponsesRequest,
    writeRequest: writeResponsesRequest,
    replyReader: () => new ResponsesReplyReader(),
    replyWriter: (context) => new ResponsesReplyWriter(context),
    readReply: readResponsesReply,
    writeReply: writeResponsesReply,
  },
  messages: {
    readRequest: readMessagesRequest,
    writeRequest: writeMessagesRequest,
    replyReader: () => new MessagesReplyReader(),
    replyWriter: (context) => new MessagesReplyWriter(context),
    readReply: readMessagesReply,
    writeReply: writeMessagesReply,
  },
};
