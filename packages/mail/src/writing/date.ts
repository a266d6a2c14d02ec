export function dateIn(timeZone: string, time: Date): string {
  return new Intl.DateTimeFormat('en', {
    timeZone,
    dateStyle: 'long',
    timeStyle: 'long',
  }).format(time);
}
