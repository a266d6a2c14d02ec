import { bounds } from '../bounds.js';
import { RequestError } from '../errors/request-error.js';
import type { BodyBudget } from './body-budget.js';

/** The pieces of a body as they come. All that it takes of the budget is given back by `join` or `drop`. */
export class BodyPieces {
  private readonly pieces: Buffer[] = [];
  private size = 0;
  /** Taken beside the pieces, for as long as the body is read. */
  private working = 0;
  private isOver = false;

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

  takeWorking(bytes: number): void {
    this.budget.take(bytes);
    this.working += bytes;
  }

  /** Does nothing once the body is joined or dropped: that has released it all. */
  releaseWorking(bytes: number): void {
    if (this.isOver) return;
    this.budget.release(bytes);
    this.working -= bytes;
  }

  /** The whole body, whose length stays taken. The copy counts before it exists. */
  join(): Buffer {
    this.releaseWorking(this.working);
    this.isOver = true;
    if (this.pieces.length === 1) return this.pieces[0]!;
    this.budget.take(this.size);
    const body = Buffer.concat(this.pieces, this.size);
    this.budget.release(this.size);
    this.pieces.length = 0;
    return body;
  }

  drop(): void {
    this.isOver = true;
    this.budget.release(this.size + this.working);
    this.size = 0;
    this.working = 0;
    this.pieces.length = 0;
  }
}

export function tooLarge(): RequestError {
  return RequestError.of('request_too_large', { param: 'body' });
}
