import { bounds } from '../bounds.js';
import { RequestError } from '../errors/request-error.js';
import type { BodyBudget } from './body-budget.js';

/** The pieces of a body as they come, each taken from the budget. `join` or `drop` ends it. */
export class BodyPieces {
  private readonly pieces: Buffer[] = [];
  private size = 0;

  constructor(private readonly budget: BodyBudget) {}

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
  join(): Buffer {
    const { size } = this;
    const [first] = this.pieces;
    let body = first;
    if (body === undefined || this.pieces.length > 1) {
      this.budget.take(size);
      body = Buffer.concat(this.pieces, size);
      this.budget.release(size);
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
