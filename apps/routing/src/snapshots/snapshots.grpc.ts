import type {
  GetSnapshotResponse,
  WatchSnapshotsResponse,
} from '@modelbridge/contracts/routing.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { map, type Observable } from 'rxjs';
import { snapshotMessage } from './snapshot-message.js';
import { SnapshotsService } from './snapshots.service.js';

@Controller()
export class SnapshotsGrpc {
  constructor(private readonly snapshots: SnapshotsService) {}

  @GrpcMethod('RoutingService', 'getSnapshot')
  getSnapshot(): GetSnapshotResponse {
    return { snapshot: snapshotMessage(this.snapshots.current) };
  }

  @GrpcMethod('RoutingService', 'watchSnapshots')
  watchSnapshots(): Observable<WatchSnapshotsResponse> {
    return this.snapshots
      .watch()
      .pipe(map((snapshot) => ({ snapshot: snapshotMessage(snapshot) })));
  }
}
