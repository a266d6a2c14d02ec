import { bounds } from '../bounds.js';
import { RequestError } from '../errors/request-error.js';
import { joinPieces } from './join-pieces.js';
import type { KeyBudget } from './body-budget.js';

/** A copy of so much takes a small part of a turn. */
const maxAtOnce = 1024 * 1024;

/** The pieces of a body as they come, each taken from the budget. `join` or `drop` ends it. */
export class BodyPieces {
  private readonly pieces: Buffer[] = [];
  private size = 0;

  constructor(private readonly budget: KeyBudget) {}

  get bytes(): number {
    return this.size;
  }

  /** Throws 413 or 503 without having kept the piece. */
  add(piece: Buffer): void {
    if (this.size + piece.length > bounds.maxBodyBytes) throw tooLarge();
    this.budget.take(piece.length);
    this.size += piece.length;
    this.pieces.push(piece);
  }

  /** The whole body, whose length stays taken for the caller to release. The copy counts before it exists. */
  async join(): Promise<Buffer> {
    const { size } = this;
    const [first] = this.pieces;
    let body = first;
    if (body === undefined || this.pieces.length > 1) {
      this.budget.take(size);
      try {
        body =
          size > maxAtOnce ? await joinPieces(this.pieces, size) : Buffer.concat(this.pieces, size);
      } finally {
        this.budget.release(size);
      }
    }
    this.size = 0;
    this.pieces.length = 0;
    return body;
  }

  /** Gives back what is still taken; after `join` nothing is. */
  drop(): void {
    this.budget.release(this.size);
    this.size = 0;
    this.pieces.length = 0;
  }
}

export function tooLarge(): RequestError {
  return RequestError.of('request_too_large', { param: 'body' });
}
