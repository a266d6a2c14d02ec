/** Where policies take the time from. */
export class Clock {
  now(): Date {
    return new Date();
  }
}
