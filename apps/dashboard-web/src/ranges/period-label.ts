import { readableTime } from '../format/time.js';
import type { Granularity } from './range.js';

/** Days and months are those of UTC, by which usage is summed; hours and minutes are on the person's clock. */
export function periodLabel(start: string, granularity: Granularity): string {
  switch (granularity) {
    case 'minute':
      return readableTime(start, 'clock');
    case 'hour':
      return readableTime(start, 'minute');
    case 'day':
      return readableTime(start, 'day', 'UTC');
    case 'month':
      return readableTime(start, 'month', 'UTC');
  }
}
