import type { IncomingHttpHeaders } from 'node:http';
import type { ApplyStripeWebhookRequest } from '@modelbridge/contracts/billing.v1';
import type { RemoteError } from '@modelbridge/service-kit/grpc';

/** A webhook of Stripe's as billing takes it. */
export function signedEvent(
  headers: IncomingHttpHeaders,
  body: unknown,
): ApplyStripeWebhookRequest {
  const signature = headers['stripe-signature'];
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    stripeSignature: typeof signature === 'string' ? signature : '',
  };
}

/** What Stripe is told of a refusal: whatever it is, the event comes again for three days. */
export function eventRefusal(error: RemoteError | undefined): { status: number; message: string } {
  switch (error?.code) {
    case 'unauthenticated':
      return { status: 401, message: 'the signature is wrong or more than 5 minutes old' };
    case 'permission_denied':
      return { status: 403, message: error.message };
    case 'invalid_argument':
      return { status: 400, message: error.message };
    default:
      return { status: 503, message: 'not taken: send it again' };
  }
}
