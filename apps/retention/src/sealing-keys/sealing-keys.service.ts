import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { isSealing, sealingEnd } from '../days/day.js';
import { DaysService } from '../days/days.service.js';
import { authorKey, KeyDestroyedError } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { sealingKeyBounds } from './bounds.js';
import { ContentKeysService } from './content-keys.service.js';

export interface SealingKey {
  key: Buffer;
  usableUntil: Date;
}

@Injectable()
export class SealingKeysService {
  constructor(
    private readonly keys: KeysService,
    private readonly days: DaysService,
    private readonly contentKeys: ContentKeysService,
    private readonly clock: Clock,
  ) {}

  /** The key of an author's day, whose parts are made where they are missing. */
  async keyFor(userId: string, day: string): Promise<SealingKey> {
    const now = this.clock.now();
    if (!isSealing(day, now)) throw dayOver();
    await this.days.ensure(day).catch((error: unknown) => {
      throw error instanceof KeyDestroyedError ? dayOver() : error;
    });
    await this.keys.ensure(authorKey(userId)).catch((error: unknown) => {
      throw error instanceof KeyDestroyedError ? authorErased() : error;
    });
    const lastMs = now.getTime() + sealingKeyBounds.usableMs;
    return {
      key: await this.contentKeys.of(userId, day),
      usableUntil: new Date(Math.min(lastMs, sealingEnd(day).getTime())),
    };
  }
}

function dayOver(): RpcError {
  const message = 'day must be the UTC day of now, or one that is at most an hour away';
  return new RpcError('invalid_argument', message, { field: 'day' });
}

function authorErased(): RpcError {
  const message = 'user_id has been erased: nothing is sealed for them any more';
  return new RpcError('failed_precondition', message, { field: 'user_id' });
}
