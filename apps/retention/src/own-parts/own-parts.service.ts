import { Injectable } from '@nestjs/common';

type Counts = Record<string, number>;

/** Whom a feature of retention is to erase. */
export interface OwnErasure {
  erasureId: string;
  userId: string;
  accountId: string;
}

/** Erases what a feature holds of a person and counts it; again, and after it was cut off anywhere, it finishes the rest. */
export type OwnEraser = (person: OwnErasure) => Promise<Counts>;

/** What retention itself holds of people: each feature says what it erases. */
@Injectable()
export class OwnParts {
  private readonly erasers: OwnEraser[] = [];

  /** When the service is put together. */
  add(eraser: OwnEraser): void {
    this.erasers.push(eraser);
  }

  async erase(person: OwnErasure): Promise<Counts> {
    const all: Counts = {};
    for (const eraser of this.erasers) Object.assign(all, await eraser(person));
    return all;
  }
}
