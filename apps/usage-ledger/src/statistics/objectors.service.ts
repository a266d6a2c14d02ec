import { AuthServiceClient, ConsentPurpose } from '@modelbridge/contracts/auth.v1';
import type { TlsFiles } from '@modelbridge/service-kit/config';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';

/** auth, asked who objects to being counted. */
export class Objectors {
  private readonly auth: PromisifiedClient<AuthServiceClient>;

  constructor(target: string, tls: TlsFiles) {
    this.auth = grpcClient(AuthServiceClient, target, tls);
  }

  /** All of them; rejects where it cannot be known. */
  async all(): Promise<string[]> {
    const found: string[] = [];
    let cursor = '';
    do {
      const page = await this.auth.listObjectors({
        purpose: ConsentPurpose.SERVICE_STATISTICS,
        limit: 0,
        cursor,
      });
      found.push(...page.userIds);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return found;
  }

  close(): void {
    this.auth.close();
  }
}
