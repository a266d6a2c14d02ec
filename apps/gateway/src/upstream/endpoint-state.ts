import { bounds } from '../bounds.js';

export interface EndpointTally {
  endpointId: string;
  succeeded: number;
  failed: number;
  /** 0 when no stream began. */
  meanFirstByteMs: number;
}

const weightOfNewest = 0.2;

/** What this process saw of one endpoint. Times are monotonic milliseconds. */
export class EndpointState {
  /** Decaying mean of the time to the first byte of a stream; undefined before the first one. */
  private firstByteMs: number | undefined;
  private measuredAt = -Infinity;
  /** When an attempt last got its first byte. */
  private heardAt = -Infinity;
  /** Streams whose first byte is awaited, the oldest first. */
  private readonly waiting = new Set<EndpointAttempt>();
  /** How many of them there usually are: their mean over time, of which half fades as latencies do. */
  private usuallyWaiting = 0;
  private waitingSince = -Infinity;
  /** The next time at which one request may measure an endpoint that has been too slow to be used. */
  private remeasureAt = -Infinity;
  private remeasurements = 0;
  /** The next stream is the one that measures. */
  private measuresNext = false;

  // The circuit. It is open, and then half open, from an ejection to a success.
  private ejectedAt = -Infinity;
  private ejectedUntil = -Infinity;
  private trialUntil = -Infinity;
  private ejections = 0;
  /** It fails after the first byte: only a reply that came to its end says that it works again. */
  private breaksOff = false;
  private failuresInARow = 0;
  /** Recent outcomes, each half as many after a while. */
  private recent = { succeeded: 0, failed: 0, at: 0 };

  // Since the last report.
  private succeeded = 0;
  private failed = 0;
  private streams = 0;
  private firstByteMsSum = 0;

  begin(streams: boolean, now: number): EndpointAttempt {
    const attempt = new EndpointAttempt(this, now, {
      streams,
      measures: streams && this.measuresNext,
      isTrial: this.beginsTrial(now),
    });
    if (!streams) return attempt;
    this.measuresNext = false;
    this.countWaiting(now);
    this.waiting.add(attempt);
    return attempt;
  }

  /** Whether the endpoint is passed over for having failed. */
  isOpen(now: number): boolean {
    return this.ejectedUntil > now || this.trialUntil > now;
  }

  /**
   * Milliseconds to expect. What was seen here fades into what others know, so that an endpoint that
   * was slow is used again; one that makes its requests wait for much longer is as slow as they say. A burst
   * of our own waits in line: what is above twice the usual makes it slower in proportion.
   */
  expectedMs(otherwise: number, now: number): number {
    let usual = otherwise;
    if (this.firstByteMs !== undefined) {
      const weight = 2 ** (-(now - this.measuredAt) / bounds.latencyHalfLifeMs);
      usual += weight * (this.firstByteMs - otherwise);
    }
    const silence = this.silenceMs(now);
    const isSuspect = silence > bounds.suspectMs + bounds.suspectFactor * usual;
    return (isSuspect ? Math.max(usual, silence) : usual) * this.crowding(now);
  }

  /** Whether one request should see if the endpoint is still slow. */
  isDueForMeasuring(now: number): boolean {
    return this.waiting.size === 0 && now >= this.remeasureAt;
  }

  /** That request comes; the next one follows after a pause that doubles. */
  remeasure(now: number): void {
    const pause = bounds.remeasureMs * 2 ** Math.min(this.remeasurements, 10);
    this.remeasurements++;
    this.measuresNext = true;
    this.remeasureAt = now + Math.min(pause, bounds.maxRemeasureMs);
  }

  /** The endpoint is used for being the best. */
  preferred(now: number): void {
    this.remeasurements = 0;
    this.remeasureAt = now + bounds.remeasureMs;
  }

  began(attempt: EndpointAttempt, now: number): void {
    this.countWaiting(now);
    this.waiting.delete(attempt);
    this.heardAt = now;
    this.succeeded++;
    this.countOutcome('succeeded', now);
    if (attempt.streams) {
      const ms = now - attempt.startedAt;
      this.measuredAt = now;
      this.streams++;
      this.firstByteMsSum += ms;
      const before = attempt.measures ? undefined : this.firstByteMs;
      this.firstByteMs = before === undefined ? ms : before + weightOfNewest * (ms - before);
    }
    if (!this.breaksOff) this.works(attempt);
  }

  completed(attempt: EndpointAttempt): void {
    this.works(attempt);
  }

  answered(attempt: EndpointAttempt): void {
    this.waiting.delete(attempt);
    if (!this.breaksOff) this.works(attempt);
  }

  abandoned(attempt: EndpointAttempt): void {
    this.waiting.delete(attempt);
    if (attempt.isTrial) this.trialUntil = -Infinity;
  }

  /** Opens the circuit where failures are more than single ones, for a time that doubles. */
  hasFailed(attempt: EndpointAttempt, now: number): void {
    this.waiting.delete(attempt);
    this.failed++;
    this.failuresInARow++;
    this.countOutcome('failed', now);
    if (attempt.hasBegun) this.recent.succeeded = Math.max(0, this.recent.succeeded - 1);
    // What else fails meanwhile was called before, or for want of another, and says nothing new.
    if (this.ejectedUntil > now) return;
    if (this.ejections === 0 && !this.isFailing()) return;
    this.breaksOff ||= attempt.hasBegun;
    const pause = bounds.ejectMs * 2 ** Math.min(this.ejections, 10);
    this.ejections++;
    this.ejectedAt = now;
    this.ejectedUntil = now + Math.min(pause, bounds.maxEjectMs);
    this.trialUntil = -Infinity;
  }

  /** Counts since the last call; undefined where there are none. */
  takeTally(endpointId: string): EndpointTally | undefined {
    const { succeeded, failed, streams, firstByteMsSum } = this;
    if (succeeded === 0 && failed === 0) return undefined;
    this.succeeded = 0;
    this.failed = 0;
    this.streams = 0;
    this.firstByteMsSum = 0;
    const meanFirstByteMs = streams === 0 ? 0 : Math.max(1, Math.round(firstByteMsSum / streams));
    return { endpointId, succeeded, failed, meanFirstByteMs };
  }

  /** Notes how many have been waiting until now, before their number changes. */
  private countWaiting(now: number): void {
    this.usuallyWaiting = this.meanWaiting(now);
    this.waitingSince = now;
  }

  private meanWaiting(now: number): number {
    const kept = 2 ** (-(now - this.waitingSince) / bounds.latencyHalfLifeMs);
    return this.waiting.size + kept * (this.usuallyWaiting - this.waiting.size);
  }

  private crowding(now: number): number {
    if (this.waiting.size <= bounds.crowdFrom) return 1;
    return Math.max(1, this.waiting.size / Math.max(bounds.crowdFrom, 2 * this.meanWaiting(now)));
  }

  /** How long requests have been waiting without any of them being answered. */
  private silenceMs(now: number): number {
    for (const oldest of this.waiting) return now - Math.max(oldest.startedAt, this.heardAt);
    return 0;
  }

  /** Closes the circuit, unless the attempt is older than what opened it. */
  private works(attempt: EndpointAttempt): void {
    this.failuresInARow = 0;
    if (this.ejections === 0 || attempt.startedAt < this.ejectedAt) return;
    this.ejections = 0;
    this.ejectedUntil = -Infinity;
    this.trialUntil = -Infinity;
    this.breaksOff = false;
    this.recent = { succeeded: 0, failed: 0, at: 0 };
  }

  /** The first call after an ejection decides for all others. */
  private beginsTrial(now: number): boolean {
    if (this.ejections === 0 || this.isOpen(now)) return false;
    this.trialUntil = now + bounds.trialMs;
    return true;
  }

  private isFailing(): boolean {
    const { succeeded, failed } = this.recent;
    return (
      this.failuresInARow >= bounds.ejectAfterFailures ||
      failed >= bounds.ejectFailureShare * (succeeded + failed)
    );
  }

  private countOutcome(outcome: 'succeeded' | 'failed', now: number): void {
    const { recent } = this;
    const kept = 2 ** (-(now - recent.at) / bounds.outcomeHalfLifeMs);
    recent.succeeded *= kept;
    recent.failed *= kept;
    recent.at = now;
    recent[outcome]++;
  }
}

/**
 * One call to an endpoint, as far as it says something about it: `began` or `failed` or `answered` or
 * `abandoned`; after `began`, `completed` or `failed`.
 */
export class EndpointAttempt {
  readonly streams: boolean;
  /** What it shows stands for the endpoint's latency in place of all that was seen before. */
  readonly measures: boolean;
  /** All other requests keep away until it has shown whether the endpoint works again. */
  readonly isTrial: boolean;
  private begun = false;

  constructor(
    private readonly state: EndpointState,
    readonly startedAt: number,
    kind: { streams: boolean; measures: boolean; isTrial: boolean },
  ) {
    this.streams = kind.streams;
    this.measures = kind.measures;
    this.isTrial = kind.isTrial;
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  /** Its first byte came. */
  began(now: number): void {
    this.begun = true;
    this.state.began(this, now);
  }

  /** The whole reply came. */
  completed(): void {
    this.state.completed(this);
  }

  failed(now: number): void {
    this.state.hasFailed(this, now);
  }

  /** The endpoint works, but what it answered says nothing of how fast it is. */
  answered(): void {
    this.state.answered(this);
  }

  /** Given up for reasons of our own: a trial is then for the next one. Does nothing after any of the others. */
  abandoned(): void {
    this.state.abandoned(this);
  }
}
