import { Injectable } from '@nestjs/common';
import { authorKey, dayKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { contentKeyFrom } from './content-key.js';

/** Makes content keys anew each time: none is kept here, so a destruction in the keyring holds at once. */
@Injectable()
export class ContentKeysService {
  constructor(private readonly keys: KeysService) {}

  /** 32 bytes; wipe them after use. Throws KeyMissingError once the day's key or the author's secret is gone. */
  async of(userId: string, day: string): Promise<Buffer> {
    const ofDay = await this.keys.derive(dayKey(day), userId);
    try {
      const ofAuthor = await this.keys.derive(authorKey(userId), day);
      try {
        return contentKeyFrom(ofDay, ofAuthor);
      } finally {
        ofAuthor.fill(0);
      }
    } finally {
      ofDay.fill(0);
    }
  }
}
