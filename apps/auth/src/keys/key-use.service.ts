import type { RecordedRequest } from '@modelbridge/contracts/events';
import { Injectable } from '@nestjs/common';
import { lastUses } from './last-uses.js';
import { KeysRepository } from './keys.repository.js';

/** Keeps when keys were last used, from usage: gateways do nothing for it. */
@Injectable()
export class KeyUseService {
  constructor(private readonly keys: KeysRepository) {}

  async note(requests: readonly Pick<RecordedRequest, 'keyId' | 'startedAt'>[]): Promise<void> {
    await this.keys.markUsed(lastUses(requests));
  }
}
