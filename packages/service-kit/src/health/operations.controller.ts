import { Controller, Get, Header, HttpException, HttpStatus } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { HealthRegistry } from './health-registry.js';

/** What orchestrators ask every process. */
@Controller()
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  @Get(['livez', 'healthz'])
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(): Promise<{ status: 'ok' }> {
    const failing = await this.health.failing();
    if (failing.length > 0) {
      throw new HttpException({ status: 'unavailable', failing }, HttpStatus.SERVICE_UNAVAILABLE);
    }
    return { status: 'ok' };
  }
}

/** What Prometheus asks a process that has no port of its own for operations. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  exposition(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
