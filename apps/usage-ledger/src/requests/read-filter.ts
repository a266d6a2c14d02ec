import {
  RequestFilter as FilterMessage,
  RequestResult,
} from '@modelbridge/contracts/usage_ledger.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import {
  requestFilterSchema,
  type RequestFilter,
  type RequestResult as Result,
} from './request-filter.js';

const resultOf: Record<RequestResult, Result | undefined> = {
  [RequestResult.UNSPECIFIED]: 'all',
  [RequestResult.OK]: 'ok',
  [RequestResult.ERROR]: 'error',
  [RequestResult.UNRECOGNIZED]: undefined,
};

/** Throws `invalid_argument` naming the member that is bad. */
export function readFilter(message = FilterMessage.fromPartial({})): RequestFilter {
  return validRequest(requestFilterSchema, { ...message, result: resultOf[message.result] ?? '' });
}
