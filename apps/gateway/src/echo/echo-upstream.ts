import type { Dispatcher } from 'undici';
import type { WireFormat } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { EndpointHealth } from '../upstream/endpoint-health.js';
import { RetryBudget } from '../upstream/retry-budget.js';
import { UpstreamCall, type UpstreamListener } from '../upstream/upstream-call.js';
import type { Upstream, UpstreamRequest } from '../upstream/upstream.service.js';
import { echoReply } from './echo-reply.js';

const formats: readonly string[] = ['chat', 'responses', 'messages'] satisfies WireFormat[];

/**
 * Stands in every provider's place for test keys: says the caller's words back, in the API in which the provider
 * would be called. It knows no network.
 */
export class EchoUpstream implements Upstream {
  readonly health = new EndpointHealth();
  readonly retries = new RetryBudget();

  pick(endpoints: readonly CatalogEndpoint[]): CatalogEndpoint | undefined {
    return endpoints[0];
  }

  send(_: CatalogEndpoint, request: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    const call = new UpstreamCall(listener);
    const controller = new EchoController();
    // As one that goes over a network: nothing comes before the caller of this has the call.
    setImmediate(() => {
      call.onRequestStart(controller);
      if (!controller.aborted) answer(call, controller, request);
    });
    return call;
  }
}

function answer(
  call: UpstreamCall,
  controller: EchoController,
  { format, stream, body }: UpstreamRequest,
): void {
  if (!formats.includes(format)) throw new Error(`nothing is echoed to ${format}`);
  const reply = echoReply(format as WireFormat, body, stream);
  const type = stream ? 'text/event-stream; charset=utf-8' : 'application/json';
  call.onResponseStart(controller, 200, { 'content-type': type });
  call.onResponseData(controller, reply);
  call.onResponseEnd();
}

/** The reply comes at once and is small: there is nothing to hold back. */
class EchoController implements Dispatcher.DispatchController {
  aborted = false;
  readonly paused = false;
  readonly reason = null;
  readonly rawHeaders = null;
  readonly rawTrailers = null;

  abort(): void {
    this.aborted = true;
  }

  pause(): void {}

  resume(): void {}
}
