import { randomUUID } from 'node:crypto';
import type { ClaimWriteRequest, EndWriteRequest } from '@modelbridge/contracts/auth.v1';
import type { StubServices } from './stub-services.js';

interface Held {
  hmac: string;
  writeId: string;
  attempt: number;
  requestId: string;
  isTaken: boolean;
  answer?: string;
}

/** auth's memory of writes with an Idempotency-Key, in this process. */
export class ClaimedWrites {
  private readonly held = new Map<string, Held>();

  constructor(services: StubServices) {
    services.answer('auth.claimWrite', (request: ClaimWriteRequest) => this.claim(request));
    services.answer('auth.endWrite', (request: EndWriteRequest) => this.end(request));
  }

  /** What is kept of each. */
  get answers(): Array<string | undefined> {
    return [...this.held.values()].map(({ answer }) => answer);
  }

  /** As if whoever has them were gone. */
  leaveAll(): void {
    for (const held of this.held.values()) held.isTaken = false;
  }

  private claim({ keyId, idempotencyKeyHash, requestHmac, requestId }: ClaimWriteRequest) {
    const name = `${keyId} ${idempotencyKeyHash.toString('hex')}`;
    const hmac = requestHmac.toString('hex');
    const before = this.held.get(name);
    if (before !== undefined && before.hmac !== hmac) {
      return { outcome: { $case: 'mismatch', value: {} } };
    }
    if (before?.answer !== undefined) {
      return { outcome: { $case: 'completed', value: { answer: before.answer } } };
    }
    if (before?.isTaken) {
      return { outcome: { $case: 'inProgress', value: { requestId: before.requestId } } };
    }
    const { writeId, attempt } = before ?? { writeId: randomUUID(), attempt: 0 };
    this.held.set(name, { hmac, writeId, attempt: attempt + 1, requestId, isTaken: true });
    return { outcome: { $case: 'claimed', value: { writeId, attempt: attempt + 1 } } };
  }

  private end({ writeId, attempt, end }: EndWriteRequest) {
    for (const [name, held] of this.held) {
      if (held.writeId !== writeId || held.attempt !== attempt) continue;
      held.isTaken = false;
      if (end?.$case === 'answer') held.answer = end.value;
      if (end?.$case === 'refused') this.held.delete(name);
    }
    return {};
  }
}
