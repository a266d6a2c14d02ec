import { Controller, Get, Header, HttpException, HttpStatus } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { HealthRegistry } from './health-registry.js';

/** What orchestrators and Prometheus ask every process. */
@Controller()
export class OperationsController {
  constructor(
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
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

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  exposition(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
