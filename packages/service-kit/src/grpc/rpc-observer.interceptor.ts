import { status, type Metadata } from '@grpc/grpc-js';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import type { Metrics } from '../metrics/metrics.js';
import { contextFrom, tracer } from '../telemetry/tracing.js';
import { callFailure } from './call-failure.js';
import { toServiceError } from './rpc-error.js';

/** A span that continues the caller's trace, and a duration by method and status, for every call served. */
export class RpcObserver implements NestInterceptor {
  constructor(private readonly metrics: Metrics) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const method = `${execution.getClass().name}/${execution.getHandler().name}`;
    const metadata: Metadata = execution.switchToRpc().getContext();
    const [traceparent] = metadata.get('traceparent');
    const parent =
      traceparent === undefined
        ? context.active()
        : contextFrom({ traceparent: String(traceparent) });
    const span = tracer().startSpan(
      method,
      { kind: SpanKind.SERVER, attributes: { 'rpc.system': 'grpc' } },
      parent,
    );
    const stopTimer = this.metrics.rpcDuration.startTimer({ method });
    const finish = (code: status): void => {
      stopTimer({ code: status[code] });
      span.setAttribute('rpc.grpc.status_code', code);
      if (code !== status.OK) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
    return new Observable((subscriber) => {
      let finished = false;
      const once = (code: status): void => {
        if (finished) return;
        finished = true;
        finish(code);
      };
      const subscription = context.with(trace.setSpan(parent, span), () =>
        next.handle().subscribe({
          next: (value) => subscriber.next(value),
          error: (error: unknown) => {
            once(toServiceError(callFailure(error)).code ?? status.INTERNAL);
            subscriber.error(error);
          },
          complete: () => {
            once(status.OK);
            subscriber.complete();
          },
        }),
      );
      return () => {
        subscription.unsubscribe();
        once(status.CANCELLED);
      };
    });
  }
}
