import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';
import { standardOutput } from '../logging/log-output.js';

/** The process's Prometheus metrics, served at `/metrics`. Labels must be bounded: no ids, no content. */
export class Metrics {
  readonly registry = new Registry();

  readonly rpcDuration = this.histogram({
    name: 'rpc_server_duration_seconds',
    help: 'Time to answer a gRPC call',
    labelNames: ['method', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  readonly rpcDenied = this.counter({
    name: 'rpc_server_denied_total',
    help: 'gRPC calls refused because the method does not list the caller, whose certificate is of our authority',
    labelNames: ['caller', 'method'],
  });
  readonly natsDenied = this.counter({
    name: 'nats_denied_total',
    help: 'Publishes and subscriptions that NATS refused because the user of this service may not do them; an alert',
    labelNames: ['operation'],
  });
  readonly eventsPublished = this.counter({
    name: 'events_published_total',
    help: 'Events that JetStream has acknowledged',
    labelNames: ['subject'],
  });
  readonly eventsConsumed = this.counter({
    name: 'events_consumed_total',
    help: 'Events by consumer and result: handled, retried or quarantined',
    labelNames: ['consumer', 'result'],
  });

  private readonly logLinesDropped = this.counter({
    name: 'log_lines_dropped_total',
    help: 'Log lines that could not be written, as on a full disk; any increase is an alert',
    collect() {
      this.reset();
      this.inc(standardOutput.dropped);
    },
  });

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    // At the usual 10 ms an idle process wakes a hundred times a second to look at its own loop.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 100 });
  }

  counter<L extends string>(configuration: CounterConfiguration<L>): Counter<L> {
    return new Counter({ ...configuration, registers: [this.registry] });
  }

  gauge<L extends string>(configuration: GaugeConfiguration<L>): Gauge<L> {
    return new Gauge({ ...configuration, registers: [this.registry] });
  }

  histogram<L extends string>(configuration: HistogramConfiguration<L>): Histogram<L> {
    return new Histogram({ ...configuration, registers: [this.registry] });
  }
}
