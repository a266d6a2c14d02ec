import { PeerClocks } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { clockBounds } from './bounds.js';

/** A clock that is neither this process's nor its database's: auth's, which comes with its answers. */
@Injectable()
export class OutsideClock {
  constructor(
    private readonly auth: AuthClient,
    private readonly peers: PeerClocks,
  ) {}

  /** Undefined where it is not told. */
  async now(): Promise<Date | undefined> {
    const options = { timeoutMs: clockBounds.outsideTimeoutMs };
    await this.auth.getCurrentPolicy({}, options).catch(() => undefined);
    const aheadMs = this.peers.aheadMs().get('auth');
    return aheadMs === undefined ? undefined : new Date(Date.now() - aheadMs);
  }
}
