import type { Region } from '@modelbridge/contracts';

/** What a snapshot says of an endpoint. */
export interface EndpointView {
  ejected: boolean;
  /** Whole milliseconds by the gateways' region, at least 1. */
  firstByteMs: [Region, number][];
}
