import type { JsonScanErrorCode, ReplyFaultCode, WireRequestError } from '@modelbridge/llm-wire';
import { bounds } from '../bounds.js';

interface PublicError {
  status: number;
  /** Whether the same request may succeed later: what SDKs are told in `x-should-retry`. */
  retry: boolean;
  /** What is said where the place that refuses knows no better. */
  text?: string;
}

/** Codes that llm-wire makes. */
type WireCode = JsonScanErrorCode | WireRequestError['code'] | ReplyFaultCode;

/**
 * Agents that see an error in a stream go by its words: "connection lost", "server error", "rate limit",
 * "timed out", "service unavailable" and "overloaded" are those on which they try again.
 *
 * Every code that a caller can branch on. The status decides the error's type in each vendor's API
 * (llm-wire's `errorType`). docs/errors.md says of each what to do, and is held against this table.
 */
export const publicErrors = {
  invalid_value: { status: 400, retry: false },
  missing_required_parameter: { status: 400, retry: false },
  unsupported_parameter: { status: 400, retry: false },
  malformed_request: {
    status: 400,
    retry: false,
    text: 'The request is not well-formed HTTP.',
  },
  invalid_json: { status: 400, retry: false },
  invalid_utf8: { status: 400, retry: false },
  not_an_object: { status: 400, retry: false },
  too_deep: { status: 400, retry: false },
  too_many_members: { status: 400, retry: false },
  duplicate_key: { status: 400, retry: false },
  previous_response_not_found: { status: 400, retry: false },
  invalid_idempotency_key: { status: 400, retry: false },
  idempotency_key_reused: {
    status: 400,
    retry: false,
    text: 'This Idempotency-Key was used for another request. Use a new one for each request.',
  },
  websocket_connection_limit_reached: {
    status: 400,
    retry: true,
    text: 'This connection is as old as it may get, or about to close. Open a new one, and send the whole conversation on it.',
  },
  websocket_stream_limit_reached: {
    status: 400,
    retry: false,
    text: 'This connection has as many streams as it may have. Use one of them again, or another connection.',
  },
  /** One text for a missing, malformed, unknown and revoked key: it must not tell which. */
  invalid_api_key: {
    status: 401,
    retry: false,
    text: 'The API key is missing or not valid. Send a ModelBridge key as "Authorization: Bearer mb_live_…" or as "x-api-key: mb_live_…".',
  },
  key_disabled: {
    status: 401,
    retry: false,
    text: 'This API key is disabled. Its owner can enable it again; or send another one.',
  },
  key_expired: {
    status: 401,
    retry: false,
    text: 'This API key has expired, or was replaced by another. Send the new one, or make one.',
  },
  insufficient_quota: { status: 402, retry: false },
  account_frozen: {
    status: 402,
    retry: false,
    text: 'The account is frozen until an open payment is settled.',
  },
  address_not_allowed: {
    status: 403,
    retry: false,
    text: 'This API key may not be used from your address. Its owner can allow it.',
  },
  api_not_allowed: {
    status: 403,
    retry: false,
    text: 'This API key may not be used with this API. Use one that it is allowed for, or have its owner allow this one.',
  },
  model_not_allowed: { status: 403, retry: false },
  scope_not_allowed: { status: 403, retry: false },
  model_not_found: { status: 404, retry: false },
  not_found: { status: 404, retry: false },
  route_not_supported: { status: 404, retry: false },
  stateful_route_not_supported: { status: 404, retry: false },
  permission_denied: { status: 403, retry: false },
  already_exists: { status: 409, retry: false },
  failed_precondition: { status: 409, retry: false },
  too_many_objects: { status: 409, retry: false },
  unsupported_media_type: {
    status: 415,
    retry: false,
    text: 'The body must be JSON. Send it with "content-type: application/json".',
  },
  method_not_allowed: { status: 405, retry: false },
  request_timeout: {
    status: 408,
    retry: true,
    text: 'The request came too slowly. Try again.',
  },
  idempotency_in_progress: {
    status: 409,
    retry: true,
    text: 'The first request with this Idempotency-Key is still running.',
  },
  idempotency_completed: {
    status: 409,
    retry: false,
    text: 'The first request with this Idempotency-Key has ended. Its reply is not stored.',
  },
  request_too_large: {
    status: 413,
    retry: false,
    text: `The body is larger than ${bounds.maxBodyBytes / 1024 / 1024} MiB. Send less of the conversation.`,
  },
  unsupported_content_encoding: {
    status: 415,
    retry: false,
    text: 'content-encoding must be gzip, deflate, br, zstd or identity.',
  },
  upgrade_required: {
    status: 426,
    retry: false,
    text: 'A GET of this path opens a WebSocket: ask for one, or send POST, with "stream": true for events.',
  },
  in_flight_budget: { status: 429, retry: true },
  too_many_at_once: { status: 429, retry: true },
  too_many_bad_keys: {
    status: 429,
    retry: true,
    text: 'Too many keys that are not valid came from this address. Try again after the time in retry-after.',
  },
  rate_limit_exceeded: {
    status: 429,
    retry: true,
    text: 'The rate limit of this key is reached. Try again after the time in retry-after.',
  },
  headers_too_large: {
    status: 431,
    retry: false,
    text: `The headers are larger than ${bounds.maxHeaderBytes / 1024} KiB. Send fewer or shorter ones.`,
  },
  upstream_rate_limited: {
    status: 429,
    retry: true,
    text: 'The provider has no capacity for this model right now (rate limit). Try again later.',
  },
  internal_error: { status: 500, retry: true, text: 'The gateway failed. Try again.' },
  upstream_error: {
    status: 502,
    retry: true,
    text: 'The provider failed to answer (server error). Nothing is charged; try again.',
  },
  upstream_invalid_reply: { status: 502, retry: true },
  upstream_stream_cut: {
    status: 502,
    retry: true,
    text: 'Connection lost: the provider broke off the reply.',
  },
  upstream_unavailable: {
    status: 503,
    retry: true,
    text: 'The provider is not available right now (service unavailable). Try again.',
  },
  model_unavailable: { status: 503, retry: true },
  keys_unavailable: {
    status: 503,
    retry: true,
    text: 'The key could not be checked. Try again shortly.',
  },
  catalog_unavailable: {
    status: 503,
    retry: true,
    text: 'The gateway is starting. Try again shortly.',
  },
  billing_unavailable: {
    status: 503,
    retry: true,
    text: 'The request could not be checked against its limits. Try again shortly.',
  },
  idempotency_unavailable: {
    status: 503,
    retry: true,
    text: 'The Idempotency-Key could not be checked. Try again shortly.',
  },
  service_unavailable: {
    status: 503,
    retry: true,
    text: 'This information is not available right now. Try again shortly.',
  },
  overloaded: { status: 503, retry: true, text: 'The gateway is busy. Try again shortly.' },
  usage_not_recorded: {
    status: 503,
    retry: true,
    text: 'The request could not be recorded. Try again.',
  },
  gateway_restarting: {
    status: 503,
    retry: true,
    text: 'Connection lost: this gateway is being restarted. Try again.',
  },
  upstream_timeout: {
    status: 504,
    retry: true,
    text: 'The provider timed out: it did not finish its answer in time. Try again.',
  },
  upstream_overloaded: {
    status: 529,
    retry: true,
    text: 'The provider is overloaded. Try again later.',
  },
} as const satisfies Record<WireCode, PublicError> & Record<string, PublicError>;

export type PublicErrorCode = keyof typeof publicErrors;

/** Codes that say enough by themselves. */
export type SelfExplainingCode = {
  [Code in PublicErrorCode]: (typeof publicErrors)[Code] extends { text: string } ? Code : never;
}[PublicErrorCode];

/** Codes of what is wrong with a field of the request. */
export type FieldErrorCode = {
  [Code in PublicErrorCode]: (typeof publicErrors)[Code]['status'] extends 400 ? Code : never;
}[PublicErrorCode];
