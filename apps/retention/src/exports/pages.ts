/** Everything of a list that is told by cursors. */
export async function* byCursor<Item>(
  page: (cursor: string) => Promise<{ items: readonly Item[]; nextCursor: string }>,
): AsyncGenerator<Item> {
  let cursor = '';
  do {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor;
  } while (cursor !== '');
}

/** Everything of a list of which each page is asked for by the last item of the page before. */
export async function* byLast<Item>(
  size: number,
  page: (last: Item | undefined) => Promise<readonly Item[]>,
): AsyncGenerator<Item> {
  let last: Item | undefined;
  for (;;) {
    const items = await page(last);
    yield* items;
    last = items.at(-1);
    if (items.length < size || last === undefined) return;
  }
}
