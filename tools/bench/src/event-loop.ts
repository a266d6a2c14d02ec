import type { Stack } from './stack.js';

/** From the port of a service's gRPC to that of its metrics, as the launcher lays them out. */
const HTTP_BEYOND_GRPC = 20;

/**
 * The longest delay of a service's event loop since it was last asked for it, in milliseconds. It looks with a timer of
 * 10 ms, so a block may be up to 10 ms longer than told.
 */
export async function longestBlockMs(stack: Stack, service: string): Promise<number> {
  const metrics = await (await fetch(`${httpOf(stack, service)}/metrics`)).text();
  const line = metrics.split('\n').find((each) => each.startsWith('nodejs_eventloop_lag_max_s'));
  return Number(line?.split(' ').at(-1)) * 1_000;
}

function httpOf(stack: Stack, service: string): string {
  if (service === 'gateway') return stack.gateway;
  const [host = '', port] = (stack.grpc[service] ?? '').split(':');
  return `http://${host}:${Number(port) + HTTP_BEYOND_GRPC}`;
}
