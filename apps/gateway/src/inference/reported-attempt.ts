import type { Logger } from '@modelbridge/service-kit/logging';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import type { EndpointAttempt } from '../upstream/endpoint-state.js';
import type { UpstreamFailure } from '../upstream/upstream-errors.js';
import type { RequestMetrics } from './request-metrics.service.js';

/**
 * One call to an endpoint, whose outcome is told to whoever wants to know: the endpoint's health,
 * metrics, and a person where a provider refuses the platform itself. Every call ends with one of
 * `completed`, `failed` and `abandoned`, so that no trial of an ejected endpoint stays without an answer.
 */
export class ReportedAttempt {
  constructor(
    private readonly attempt: EndpointAttempt,
    private readonly endpoint: CatalogEndpoint,
    private readonly requestId: string,
    private readonly parts: { metrics: RequestMetrics; logger: Logger },
  ) {}

  get hasBegun(): boolean {
    return this.attempt.hasBegun;
  }

  get startedAt(): number {
    return this.attempt.startedAt;
  }

  get streams(): boolean {
    return this.attempt.streams;
  }

  /** The first byte of a good reply came. */
  began(now: number): void {
    this.attempt.began(now);
    this.count('succeeded');
  }

  completed(): void {
    this.attempt.completed();
  }

  failed(failure: UpstreamFailure, status: number | undefined, now: number): void {
    if (failure.fault === 'caller') this.attempt.answered();
    else this.brokeOff(now);
    if (failure.fault === 'account') this.accountRefused(status);
  }

  /** It failed after its first byte, or brought none. */
  brokeOff(now: number): void {
    this.attempt.failed(now);
    this.count('failed');
  }

  accountRefused(status: number | undefined): void {
    const { provider } = this.endpoint;
    this.parts.metrics.fault(`${provider}_account`);
    this.parts.logger.error(
      { provider, status, requestId: this.requestId },
      'a provider refuses the platform’s own account',
    );
  }

  /** Given up for reasons of our own. Does nothing after any of the others. */
  abandoned(): void {
    this.attempt.abandoned();
  }

  private count(result: 'succeeded' | 'failed'): void {
    const { provider, region } = this.endpoint;
    this.parts.metrics.attempt(provider, region, result);
  }
}
