import { WireRequestError } from '@modelbridge/llm-wire';
import type { Logger } from '@modelbridge/service-kit/logging';
import type { CallerRequest, CallerResponse } from '../exchange.js';
import type { ErrorFormat } from './caller-format.js';
import { badField, RequestError } from './request-error.js';
import { sendError } from './send-error.js';

interface Asked {
  req: CallerRequest;
  res: CallerResponse;
  requestId: string;
  format: ErrorFormat;
}

/** Answers with what an error means to the caller. What means nothing to it is the gateway's fault. */
export function answerError(asked: Asked, error: unknown, logger: Logger): void {
  const { req, res, requestId, format } = asked;
  const known = requestErrorOf(error);
  if (known === undefined) {
    logger.error({ err: error, requestId }, 'a request failed unexpectedly');
  }
  sendError(req, res, format, requestId, known ?? RequestError.of('internal_error'));
}

function requestErrorOf(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error;
  if (error instanceof WireRequestError) return badField(error.param, error.message, error.code);
  return undefined;
}
