import { randomBytes } from 'node:crypto';
import type {
  GetSealingKeyRequest,
  SealedContent,
  StoreContentsRequest,
} from '@modelbridge/contracts/retention.v1/content';
import { dayOf, decode, open, type Content } from '@modelbridge/sealed-content';
import { eventually } from '@modelbridge/testing-kit';

/** retention as far as a gateway asks it: makes keys, and keeps what is sealed with them. */
export class StubRetention {
  /** By author and day. */
  readonly keys = new Map<string, Buffer>();
  readonly stored: SealedContent[] = [];
  usableForMs = 60_000;

  readonly answers = {
    getSealingKey: ({ userId, day }: GetSealingKeyRequest) => ({
      key: this.keyOf(userId, day),
      usableUntil: new Date(Date.now() + this.usableForMs),
    }),
    storeContents: ({ contents }: StoreContentsRequest) => {
      this.stored.push(...contents);
      return { stored: contents.length, refused: [] };
    },
  };

  /** What was stored of a request, once it is. */
  async content(requestId: string | null): Promise<Content> {
    const sealed = await eventually(() => {
      const found = this.stored.find((content) => content.requestId === requestId);
      if (found === undefined) throw new Error(`nothing is stored of ${requestId}`);
      return found;
    });
    const key = this.keyOf(sealed.userId, dayOf(sealed.requestId));
    const opened = open(key, sealed, Buffer.from(sealed.sealed));
    if (opened === undefined) throw new Error('what is stored does not open');
    return decode(opened);
  }

  has(requestId: string | null): boolean {
    return this.stored.some((content) => content.requestId === requestId);
  }

  private keyOf(userId: string, day: string): Buffer {
    const name = `${userId}|${day}`;
    const known = this.keys.get(name) ?? randomBytes(32);
    this.keys.set(name, known);
    return known;
  }
}
