import { providerFacts } from '@modelbridge/contracts';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Endpoint } from '../endpoints/endpoints.js';
import { EndpointsService } from '../endpoints/endpoints.service.js';
import { HealthService } from './health.service.js';
import { probe, probeUrl } from './probe.js';

const probeIntervalMs = 5_000;
/** A pool that takes longer than this to list its models is of no use to a caller. */
const probeTimeoutMs = 2_000;

/** Probes the pools of providers that are probed, so that one without traffic is known to be down or back. */
@Injectable()
export class ProbesService implements OnModuleInit, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly endpoints: EndpointsService,
    private readonly health: HealthService,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.probeAll(), probeIntervalMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  /** One request a pool, whatever the number of its models. Never rejects. */
  async probeAll(): Promise<void> {
    await Promise.all(
      [...this.pools()].map(async ([url, endpoints]) => {
        const timeout = AbortSignal.timeout(probeTimeoutMs);
        const result = await probe(url, AbortSignal.any([this.stopping.signal, timeout]));
        if (!this.stopping.signal.aborted) this.health.recordProbe(endpoints, result);
      }),
    );
  }

  /** The endpoints of each pool, by the URL to ask. */
  private pools(): Map<string, Endpoint[]> {
    const pools = new Map<string, Endpoint[]>();
    for (const endpoint of this.endpoints.current.values()) {
      const { provider, baseUrl } = endpoint;
      if (!providerFacts[provider].isProbed) continue;
      const url = probeUrl(provider, baseUrl);
      pools.set(url, [...(pools.get(url) ?? []), endpoint]);
    }
    return pools;
  }
}
