export { JsonScanError, type JsonScanErrorCode } from './json-scan/json-scan-error.js';
export type { InputMeasure } from './json-scan/input-meter.js';
export {
  nameOf,
  scanBody,
  readMember,
  type BodyScan,
  type JsonMember,
} from './json-scan/scan-body.js';
export { spliceTopLevel } from './json-scan/splice.js';
export type { WireFormat, FinishReason } from './wire-format.js';
export { SseParser, type SseEvent } from './sse/sse-parser.js';
export { StreamTail } from './sse/stream-tail.js';
export { StreamStart } from './sse/stream-start.js';
export { replaceInBody, type Replacements } from './sse/replacements.js';
export type { CountsAsked } from './sse/running-counts.js';
export type { StreamProgress } from './sse/stream-progress.js';
export { apiError, buildError, parseError, type ApiError } from './errors/api-error.js';
export type { ReplyFaultCode } from './errors/reply-fault.js';
export { errorType, translateError } from './errors/translate-error.js';
export { keepAliveFrame } from './errors/error-frame.js';
export { completeUsage, estimateTokens, type ReportedUsage } from './usage/token-usage.js';
export { StreamTranslator } from './sse/stream-translator.js';
export { translateReply, translateRequest, type TranslatedRequest } from './translate.js';
export { checkRequest, shapedMembers } from './shapes/request-shapes.js';
export { requestSchema, type JsonSchema } from './shapes/json-schema.js';
export { WireRequestError } from './conversation/request-error.js';
export type { ReplyContext } from './conversation/reply-context.js';
export type { UpstreamProfile } from './conversation/upstream-profile.js';
export { chatReplyFacts } from './chat/whole-reply-facts.js';
export { readReplyFacts } from './usage/reply-facts.js';
export { nativeHistory } from './native-history/native-history.js';
export { sourceOfUrl, textOfSource, withName } from './conversation/media.js';
export { effortOf } from './conversation/efforts.js';
export type { Effort } from './conversation/request.js';
export { askedEffort } from './chat/asked-effort.js';
export { poolThinking } from './chat/pool-thinking.js';
export { emptyResponseStream } from './responses/empty-response.js';
export { isObject, parseObject, type JsonObject } from './json.js';
