export { JsonScanError, type JsonScanErrorCode } from './json-scan/json-scan-error.js';
export type { InputMeasure } from './json-scan/input-meter.js';
export {
  scanBody,
  readMember,
  type BodyScan,
  type JsonMember,
  type JsonKind,
} from './json-scan/scan-body.js';
export { spliceTopLevel, type MemberEdits } from './json-scan/splice.js';
export type { WireFormat, FinishReason } from './wire-format.js';
export { SseParser, SseLimitError, type SseEvent } from './sse/sse-parser.js';
export { encodeSse } from './encode-sse.js';
export { StreamTail } from './sse/stream-tail.js';
export type { StreamProgress, StreamOutcome } from './sse/stream-progress.js';
export { apiError, buildError, parseError, type ApiError } from './errors/api-error.js';
export type { ReplyFaultCode } from './errors/reply-fault.js';
export { errorType, translateError } from './errors/translate-error.js';
export { errorFrame, keepAliveFrame } from './errors/error-frame.js';
export { UsageAccumulator, readUsage } from './usage/read-usage.js';
export { completeUsage, estimateTokens, type ReportedUsage } from './usage/token-usage.js';
export {
  MAX_JSON_DEPTH,
  MAX_JSON_ELEMENTS,
  MAX_JSON_MEMBERS,
  MAX_SSE_EVENT_BYTES,
} from './bounds.js';
export { StreamTranslator } from './sse/stream-translator.js';
export {
  translateReply,
  translateRequest,
  type TranslatedReply,
  type TranslatedRequest,
} from './translate.js';
export { WireRequestError } from './conversation/request-error.js';
export { WireReplyError } from './conversation/reply.js';
export type { ReplyContext } from './conversation/reply-context.js';
export type { UpstreamProfile } from './conversation/upstream-profile.js';
export { chatReplyFacts } from './usage/chat-reply-facts.js';
export { readReplyFacts, type ReplyFacts } from './usage/reply-facts.js';
export { outputCapField } from './output-cap.js';
