import { readFileSync } from 'node:fs';
import { Server, ServerCredentials, status, type handleUnaryCall } from '@grpc/grpc-js';
import {
  GetSnapshotResponse,
  RoutingServiceService,
  type GetSnapshotRequest,
} from '@modelbridge/contracts/routing.v1';
import type { TestTls } from '@modelbridge/testing-kit';

/** A routing with one model of an alias. */
export class StubRouting {
  isDown = false;
  target = '';
  private readonly server = new Server();

  static async start(tls: TestTls): Promise<StubRouting> {
    const stub = new StubRouting();
    const getSnapshot: handleUnaryCall<GetSnapshotRequest, GetSnapshotResponse> = (_, callback) => {
      if (stub.isDown) return callback({ code: status.UNAVAILABLE });
      const models = [{ id: 'kimi-k2.5', aliases: ['kimi'] }];
      callback(null, GetSnapshotResponse.fromPartial({ snapshot: { models } }));
    };
    stub.server.addService({ getSnapshot: RoutingServiceService.getSnapshot }, { getSnapshot });
    const pair = {
      cert_chain: readFileSync(tls.TLS_CERT_FILE),
      private_key: readFileSync(tls.TLS_KEY_FILE),
    };
    const credentials = ServerCredentials.createSsl(readFileSync(tls.TLS_CA_FILE), [pair], true);
    stub.target = await new Promise((resolve, reject) => {
      stub.server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
    return stub;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
