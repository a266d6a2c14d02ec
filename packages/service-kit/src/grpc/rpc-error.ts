import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { errorCodes, type ErrorCode } from '@modelbridge/contracts';
import { z } from 'zod';

const metadataKey = 'error-bin';

const grpcStatusOf: Record<ErrorCode, status> = {
  invalid_argument: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  permission_denied: status.PERMISSION_DENIED,
  not_found: status.NOT_FOUND,
  already_exists: status.ALREADY_EXISTS,
  failed_precondition: status.FAILED_PRECONDITION,
  aborted: status.ABORTED,
  resource_exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  deadline_exceeded: status.DEADLINE_EXCEEDED,
  internal: status.INTERNAL,
};

/** An error that callers may see: its message is public, its code stable. */
export class RpcError extends Error {
  readonly field?: string;
  readonly details?: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: { field?: string; details?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RpcError';
    this.field = options.field;
    this.details = options.details;
  }
}

/** What a caller learns of a failed call. */
export interface RemoteError {
  code: ErrorCode;
  message: string;
  field?: string;
  details?: Record<string, string>;
  grpcStatus: status;
}

/** The form in which grpc-js sends an error. Anything but an RpcError says no more than "internal error". */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const known = error instanceof RpcError ? error : new RpcError('internal', 'internal error');
  const metadata = new Metadata();
  const { code, message, field, details } = known;
  metadata.set(metadataKey, Buffer.from(JSON.stringify({ code, message, field, details })));
  return { name: 'RpcError', message, code: grpcStatusOf[code], details: message, metadata };
}

const remoteErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  field: z.string().optional(),
  details: z.record(z.string(), z.string()).optional(),
});

/** Reads the error of a failed call; undefined if `error` did not come from gRPC. */
export function rpcErrorFrom(error: unknown): RemoteError | undefined {
  if (!isServiceError(error)) return undefined;
  const grpcStatus = error.code;
  const [encoded] = error.metadata.get(metadataKey);
  const sent = encoded === undefined ? undefined : parseRemoteError(encoded);
  if (sent !== undefined) return { ...sent, grpcStatus };
  const code = codeOfStatus(grpcStatus);
  return { code, message: code.replace('_', ' '), grpcStatus };
}

function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    typeof (error as Partial<ServiceError>).code === 'number' &&
    (error as Partial<ServiceError>).metadata instanceof Metadata
  );
}

function parseRemoteError(encoded: string | Buffer): z.infer<typeof remoteErrorSchema> | undefined {
  try {
    return remoteErrorSchema.safeParse(JSON.parse(encoded.toString())).data;
  } catch {
    return undefined;
  }
}

function codeOfStatus(grpcStatus: status): ErrorCode {
  return errorCodes.find((code) => grpcStatusOf[code] === grpcStatus) ?? 'internal';
}
