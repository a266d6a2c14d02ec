import { Injectable } from '@nestjs/common';
import { Metrics } from '@modelbridge/service-kit/metrics';
import type { Provider, TokenCounts } from '@modelbridge/contracts';

const tokenClasses = [
  'inputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
] as const;

interface ModelTally {
  tokens: Record<(typeof tokenClasses)[number], number>;
  /** By outcome and status. */
  requests: Map<string, { outcome: string; status: number; count: number }>;
}

/**
 * The inference routes' metrics. Counted in plain objects and turned into Prometheus' form only when
 * somebody looks: hashing labels for each request would cost more than counting does.
 */
@Injectable()
export class RequestMetrics {
  private readonly models = new Map<string, ModelTally>();
  private readonly attempts = new Map<
    string,
    { provider: Provider; region: string; result: string; count: number }
  >();
  private readonly firstToken;
  private readonly duration;
  private readonly faults;

  constructor(metrics: Metrics) {
    this.firstToken = metrics.histogram({
      name: 'gateway_time_to_first_token_seconds',
      help: 'From the request’s arrival to the first byte of its reply',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    });
    this.duration = metrics.histogram({
      name: 'gateway_request_duration_seconds',
      help: 'From the request’s arrival to the end of its reply',
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600],
    });
    this.faults = metrics.counter({
      name: 'gateway_faults_total',
      help: 'What should not happen and needs a person',
      labelNames: ['kind'],
    });
    this.expose(metrics);
  }

  closed(request: {
    model: string;
    outcome: string;
    status: number;
    counts: TokenCounts;
    durationMs: number;
    timeToFirstTokenMs: number | null;
  }): void {
    const tally = this.tallyOf(request.model);
    for (const name of tokenClasses) tally.tokens[name] += request.counts[name];
    const id = `${request.outcome} ${request.status}`;
    const known = tally.requests.get(id);
    if (known !== undefined) known.count++;
    else tally.requests.set(id, { outcome: request.outcome, status: request.status, count: 1 });
    this.duration.observe(request.durationMs / 1_000);
    if (request.timeToFirstTokenMs !== null) {
      this.firstToken.observe(request.timeToFirstTokenMs / 1_000);
    }
  }

  attempt(provider: Provider, region: string, result: string): void {
    const id = `${provider} ${region} ${result}`;
    const known = this.attempts.get(id);
    if (known !== undefined) known.count++;
    else this.attempts.set(id, { provider, region, result, count: 1 });
  }

  /** Alerts watch this counter. */
  fault(kind: string): void {
    this.faults.inc({ kind });
  }

  private tallyOf(model: string): ModelTally {
    let tally = this.models.get(model);
    if (tally === undefined) {
      const tokens = {
        inputTokens: 0,
        cacheReadTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        outputTokens: 0,
      };
      tally = { tokens, requests: new Map() };
      this.models.set(model, tally);
    }
    return tally;
  }

  private expose(metrics: Metrics): void {
    const { models, attempts } = this;
    metrics.counter({
      name: 'gateway_requests_total',
      help: 'Requests that reached the spool, by model, outcome and status',
      labelNames: ['model', 'outcome', 'status'],
      collect() {
        this.reset();
        for (const [model, { requests }] of models) {
          for (const { outcome, status, count } of requests.values()) {
            this.inc({ model, outcome, status: String(status) }, count);
          }
        }
      },
    });
    metrics.counter({
      name: 'gateway_tokens_total',
      help: 'Metered tokens by model and class',
      labelNames: ['model', 'class'],
      collect() {
        this.reset();
        for (const [model, { tokens }] of models) {
          for (const name of tokenClasses) this.inc({ model, class: name }, tokens[name]);
        }
      },
    });
    metrics.counter({
      name: 'gateway_upstream_attempts_total',
      help: 'Calls to upstreams by result',
      labelNames: ['provider', 'region', 'result'],
      collect() {
        this.reset();
        for (const { provider, region, result, count } of attempts.values()) {
          this.inc({ provider, region, result }, count);
        }
      },
    });
  }
}
