const format = new Intl.DateTimeFormat('en-GB', {
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `March 2026`, of the month that this UTC day (YYYY-MM-DD) is in. */
export function monthName(day: string): string {
  return format.format(new Date(`${day}T00:00:00Z`));
}
