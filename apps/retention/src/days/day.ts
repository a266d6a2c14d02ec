import { dayBounds } from './bounds.js';

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** The UTC calendar day of a moment, YYYY-MM-DD. */
export function dayAt(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The UTC day of a request: that of the time in its id, a UUIDv7 (RFC 9562, section 5.7). */
export function dayOfRequest(requestUuid: string): string {
  return dayAt(new Date(Number.parseInt(requestUuid.slice(0, 8) + requestUuid.slice(9, 13), 16)));
}

export function startOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** True for a calendar day that there is, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!dayPattern.test(text)) return false;
  const start = startOf(text);
  return !Number.isNaN(start.getTime()) && dayAt(start) === text;
}

export function daysLater(day: string, days: number): string {
  return dayAt(new Date(startOf(day).getTime() + days * dayBounds.dayMs));
}

/** When nothing is sealed or stored under a day any more: its end, and the grace. */
export function sealingEnd(day: string): Date {
  return new Date(startOf(day).getTime() + dayBounds.dayMs + dayBounds.graceMs);
}

/** Whether content of a day may be sealed and stored now: from the grace before it to that after it. */
export function isSealing(day: string, now: Date): boolean {
  const opensMs = startOf(day).getTime() - dayBounds.graceMs;
  return now.getTime() >= opensMs && now < sealingEnd(day);
}

/** When content of a day becomes unreadable for ever. */
export function lifeEnd(day: string): Date {
  return new Date(startOf(day).getTime() + dayBounds.lifeMs);
}

/** The newest day whose content nobody can read any more. */
export function newestOverDay(now: Date): string {
  return daysLater(dayAt(now), -dayBounds.lifeMs / dayBounds.dayMs);
}
