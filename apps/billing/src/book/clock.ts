import { Injectable } from '@nestjs/common';

/** Where the use cases take the time from. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
