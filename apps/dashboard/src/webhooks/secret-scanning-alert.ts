import type { IncomingHttpHeaders } from 'node:http';
import type { LeakedKeyFinding, ReportLeakedKeysRequest } from '@modelbridge/contracts/auth.v1';
import type { RemoteError } from '@modelbridge/service-kit/grpc';

/** An alert of GitHub's secret scanning as auth takes it. */
export function signedAlert(headers: IncomingHttpHeaders, body: unknown): ReportLeakedKeysRequest {
  const text = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    publicKeyIdentifier: text('github-public-key-identifier'),
    publicKeySignature: text('github-public-key-signature'),
  };
}

/**
 * What GitHub is told of each token.
 * https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program
 */
export function feedback(findings: readonly LeakedKeyFinding[]): object[] {
  return findings.map(({ tokenSha256, tokenType, isKey }) => ({
    token_hash: tokenSha256,
    token_type: tokenType,
    label: isKey ? 'true_positive' : 'false_positive',
  }));
}

/** What GitHub is told of a refusal: with 503 it comes again. */
export function alertRefusal(error: RemoteError | undefined): { status: number; message: string } {
  switch (error?.code) {
    case 'unauthenticated':
      return { status: 401, message: 'the signature is not of a known key' };
    case 'invalid_argument':
      return { status: 400, message: error.message };
    default:
      return { status: 503, message: 'not taken: send it again' };
  }
}
