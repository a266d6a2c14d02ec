import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { AccountBook } from './account-book.js';
import type { BookRequest } from './book-request.js';
import type { AllowanceSlice, RateAmounts, RateWindow } from './rate-state.js';
import { RateStateRepository } from './rate-state.repository.js';

interface Loaded {
  windows: Map<RateWindow, RateAmounts>;
  slices: Map<AllowanceSlice, RateAmounts>;
}

/** Loads and saves the rate limits of accounts that are locked; nothing where neither plan nor key has any. */
@Injectable()
export class RateStates {
  private readonly loaded = new WeakMap<AccountBook, Loaded>();

  constructor(private readonly repository: RateStateRepository) {}

  async load(tx: Tx, books: Map<string, AccountBook>, requests: BookRequest[]): Promise<void> {
    const rated = new Set([...books.values()].filter(({ account }) => account.plan !== undefined));
    const asked = requests.flatMap(({ accountId, rate }) => {
      const book = books.get(accountId);
      if (rate === undefined || book === undefined) return [];
      const holdsSlots = (book.allowances.get(rate.allowanceId)?.slots ?? 0) > 0;
      if (rate.limited || holdsSlots) rated.add(book);
      else if (book.account.plan === undefined) return [];
      const keyId = rate.keyId ?? book.allowances.get(rate.allowanceId)?.keyId;
      if (keyId === undefined) return [];
      const { allowanceId } = rate;
      return rate.windowStarts.map((windowStart) => ({ book, allowanceId, keyId, windowStart }));
    });
    if (rated.size === 0) return;
    const slots = await this.repository.slots(
      tx,
      [...rated].map(({ account }) => account.id),
    );
    for (const { accountId, keyId, slots: held } of slots) {
      books.get(accountId)?.rates.setSlots(keyId, Number(held));
    }
    if (asked.length > 0) await this.loadWindows(tx, asked);
  }

  async save(tx: Tx, books: AccountBook[]): Promise<void> {
    const windows: RateWindow[] = [];
    const slices: AllowanceSlice[] = [];
    for (const book of books) {
      const loaded = this.loaded.get(book);
      windows.push(
        ...book.rates.openedWindows.filter((window) =>
          isChanged(window, loaded?.windows.get(window)),
        ),
      );
      slices.push(
        ...book.rates.openedSlices.filter((slice) => isChanged(slice, loaded?.slices.get(slice))),
      );
    }
    if (windows.length > 0) await this.repository.saveWindows(tx, windows);
    if (slices.length > 0) await this.repository.saveSlices(tx, slices);
  }

  private async loadWindows(
    tx: Tx,
    asked: { book: AccountBook; allowanceId: string; keyId: string; windowStart: number }[],
  ): Promise<void> {
    const windows = index(
      await this.repository.windows(tx, asked),
      (row) => `${row.keyId} ${row.windowStart}`,
    );
    const slices = index(
      await this.repository.slices(tx, asked),
      (row) => `${row.allowanceId} ${row.windowStart}`,
    );
    for (const { book, allowanceId, keyId, windowStart } of asked) {
      const none = { windowStart, requests: 0n, tokens: 0n };
      const window = windows.get(`${keyId} ${windowStart}`) ?? { keyId, ...none };
      const slice = slices.get(`${allowanceId} ${windowStart}`) ?? { allowanceId, ...none };
      // Several steps of a transaction share them.
      windows.set(`${keyId} ${windowStart}`, window);
      slices.set(`${allowanceId} ${windowStart}`, slice);
      book.rates.openWindow(window);
      book.rates.openSlice(slice);
      const loaded = this.loaded.get(book) ?? { windows: new Map(), slices: new Map() };
      loaded.windows.set(window, { ...window });
      loaded.slices.set(slice, { ...slice });
      this.loaded.set(book, loaded);
    }
  }
}

function index<T>(rows: T[], nameOf: (row: T) => string): Map<string, T> {
  return new Map(rows.map((row) => [nameOf(row), row]));
}

function isChanged(after: RateAmounts, before: RateAmounts | undefined): boolean {
  return after.requests !== before?.requests || after.tokens !== before.tokens;
}
