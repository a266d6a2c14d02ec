import { resourceMissing } from '../wire/stripe-error.js';
import { Selection } from './selection.js';

/** Many rows that are made when somebody looks, and kept once somebody has them by their id. */
export interface Bulk<T> {
  /** Each id is this and nine digits. */
  idPrefix: string;
  count: number;
  make: (index: number) => T;
}

interface Batch<T> extends Bulk<T> {
  kept: Map<number, T>;
}

const indexDigits = 9;

export function bulkId(idPrefix: string, index: number): string {
  return `${idPrefix}${String(index).padStart(indexDigits, '0')}`;
}

/** The rows of one table, in the order in which they were made. */
export class Rows<T extends { id: string }> {
  private readonly entries: (T | Batch<T> | undefined)[] = [];
  private readonly positions = new Map<string, number>();

  add(row: T): void {
    const known = this.positions.get(row.id);
    this.positions.set(row.id, known ?? this.entries.length);
    this.entries[known ?? this.entries.length] = row;
  }

  addBulk(bulk: Bulk<T>): void {
    this.positions.set(bulk.idPrefix, this.entries.length);
    this.entries.push({ ...bulk, kept: new Map() });
  }

  find(id: string): T | undefined {
    const { entry, index } = this.locate(id);
    if (!isBatch(entry)) return entry;
    if (index === undefined || index >= entry.count) return undefined;
    const row = entry.kept.get(index) ?? entry.make(index);
    entry.kept.set(index, row);
    return row;
  }

  remove(id: string): void {
    const position = this.positions.get(id);
    if (position === undefined) return;
    this.positions.delete(id);
    this.entries[position] = undefined;
  }

  /** The oldest first. */
  *[Symbol.iterator](): Generator<T> {
    for (const entry of this.entries) {
      if (entry === undefined) continue;
      if (!isBatch(entry)) yield entry;
      else for (let index = 0; index < entry.count; index++) yield rowOf(entry, index);
    }
  }

  /** The newest first, as Stripe lists them. */
  get newestFirst(): Selection<T> {
    return new Selection((afterId) => this.backwards(afterId));
  }

  /** The rows that were made one by one or looked at, to be stored. */
  stored(): T[] {
    return this.entries.flatMap((entry) => {
      if (entry === undefined) return [];
      return isBatch(entry) ? [...entry.kept.values()] : [entry];
    });
  }

  /** A row that was stored: at its place in its bulk, or the newest. */
  restore(row: T): void {
    const { entry, index } = this.locate(row.id);
    if (isBatch(entry) && index !== undefined) entry.kept.set(index, row);
    else this.add(row);
  }

  private *backwards(afterId?: string): Generator<T> {
    const after = afterId === undefined ? undefined : this.locate(afterId);
    if (afterId !== undefined && after?.entry === undefined) {
      throw resourceMissing('object', afterId, 'starting_after');
    }
    let position = after?.position ?? this.entries.length;
    if (isBatch(after?.entry) && after.index !== undefined)
      yield* countdown(after.entry, after.index);
    for (position -= 1; position >= 0; position--) {
      const entry = this.entries[position];
      if (entry === undefined) continue;
      if (isBatch(entry)) yield* countdown(entry, entry.count);
      else yield entry;
    }
  }

  private locate(id: string): {
    position?: number;
    entry?: T | Batch<T>;
    index?: number;
  } {
    const own = this.positions.get(id);
    if (own !== undefined) return { position: own, entry: this.entries[own] };
    const position = this.positions.get(id.slice(0, -indexDigits));
    if (position === undefined) return {};
    return { position, entry: this.entries[position], index: Number(id.slice(-indexDigits)) };
  }
}

function isBatch<T extends { id: string }>(entry: T | Batch<T> | undefined): entry is Batch<T> {
  return entry !== undefined && 'idPrefix' in entry;
}

function rowOf<T>(batch: Batch<T>, index: number): T {
  return batch.kept.get(index) ?? batch.make(index);
}

function* countdown<T>(batch: Batch<T>, from: number): Generator<T> {
  for (let index = from - 1; index >= 0; index--) yield rowOf(batch, index);
}
