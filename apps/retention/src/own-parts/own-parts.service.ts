import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { OwnPartsRepository, type Counts } from './own-parts.repository.js';

/** Whom a feature of retention is to erase. */
export interface OwnErasure {
  erasureId: string;
  userId: string;
  accountId: string;
}

/** Adds what goes in a transaction to what is told at the end. */
export type CountOwn = (tx: Tx, counts: Counts) => Promise<void>;

/**
 * Erases what a feature holds of a person; again, and after it was cut off anywhere, it finishes the rest. What goes it
 * counts in the transaction in which it goes.
 */
export type OwnEraser = (person: OwnErasure, count: CountOwn) => Promise<void>;

/** What retention itself holds of people: each feature says what it erases. */
@Injectable()
export class OwnParts {
  private readonly erasers: OwnEraser[] = [];

  constructor(
    private readonly database: Database,
    private readonly repository: OwnPartsRepository,
  ) {}

  /** When the service is put together. */
  add(eraser: OwnEraser): void {
    this.erasers.push(eraser);
  }

  /** The same of rows that go in one statement: how many. */
  addRows(kind: string, remove: (tx: Tx, userId: string) => Promise<number>): void {
    this.add(({ userId }, count) =>
      this.database.transaction(async (tx) => count(tx, { [kind]: await remove(tx, userId) })),
    );
  }

  /** All that went of this erasure, by kind, also before it was cut off. */
  async erase(person: OwnErasure): Promise<Counts> {
    const { erasureId } = person;
    const count: CountOwn = (tx, counts) => this.repository.count(tx, erasureId, counts);
    for (const eraser of this.erasers) await eraser(person, count);
    return this.repository.counted(erasureId);
  }

  /** What was counted is told: nobody asks for it again. */
  told(tx: Tx, erasureId: string): Promise<void> {
    return this.repository.forget(tx, erasureId);
  }
}
