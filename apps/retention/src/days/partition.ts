/** What a partition is called while its rows wait to be removed. */
export const detachedPrefix = 'content_detached_';

/** The table of a day's contents. */
export function partitionOf(day: string): string {
  return `content_${day.replaceAll('-', '')}`;
}

export function detachedNameOf(day: string): string {
  return `${detachedPrefix}${day.replaceAll('-', '')}`;
}

/** The day of a table, attached or detached. */
export function dayOfPartition(partition: string): string {
  const [, year, month, day] =
    /^content_(?:detached_)?(\d{4})(\d{2})(\d{2})$/.exec(partition) ?? [];
  if (year === undefined) throw new Error(`${partition} is no partition of a day`);
  return `${year}-${month}-${day}`;
}
