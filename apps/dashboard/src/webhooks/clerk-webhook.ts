import type { IncomingHttpHeaders } from 'node:http';
import type { RemoteError } from '@modelbridge/service-kit/grpc';

/** A webhook as auth takes it. */
export function signedWebhook(headers: IncomingHttpHeaders, body: unknown) {
  const text = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    svixId: text('svix-id'),
    svixTimestamp: text('svix-timestamp'),
    svixSignature: text('svix-signature'),
  };
}

/** What the sender is told of a refusal: with 4xx it is wrong, with 503 it comes again. */
export function refusal(error: RemoteError | undefined): { status: number; message: string } {
  switch (error?.code) {
    case 'unauthenticated':
      return { status: 401, message: 'the signature is wrong or more than 5 minutes old' };
    case 'invalid_argument':
      return { status: 400, message: error.message };
    default:
      return { status: 503, message: 'not taken: send it again' };
  }
}
