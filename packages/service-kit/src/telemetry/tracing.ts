import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  AlwaysOnSampler,
} from '@opentelemetry/sdk-trace-node';

/** Asked for at each use: a tracer from before `startTracing` would never record. */
export function tracer(): Tracer {
  return trace.getTracer('@modelbridge/service-kit');
}

/**
 * Starts tracing for the process. Without an endpoint nothing is recorded or exported, but trace ids
 * still pass from process to process, so that log lines of one request can be found together.
 */
export function startTracing(service: string, endpoint: string | undefined): () => Promise<void> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler:
      endpoint === undefined
        ? new AlwaysOffSampler()
        : new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors:
      endpoint === undefined
        ? []
        : [
            new BatchSpanProcessor(
              new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
            ),
          ],
  });
  provider.register();
  return () => provider.shutdown();
}

/** The caller's trace, from gRPC metadata or message headers. */
export function contextFrom(carrier: Record<string, string>): Context {
  return propagation.extract(context.active(), carrier);
}

/** `traceparent` of the current span, to travel in gRPC metadata or message headers. */
export function traceHeaders(from: Context = context.active()): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(from, carrier);
  return carrier;
}

/** Runs `work` in a span. Attributes must not hold content, keys or personal data. */
export async function inSpan<T>(
  name: string,
  options: { kind: SpanKind; attributes?: Record<string, string | number>; parent?: Context },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = options.parent ?? context.active();
  const span = tracer().startSpan(
    name,
    { kind: options.kind, attributes: options.attributes },
    parent,
  );
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    // Only the kind of error: its message may quote what a caller sent.
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof Error ? error.name : 'unknown error',
    });
    throw error;
  } finally {
    span.end();
  }
}
