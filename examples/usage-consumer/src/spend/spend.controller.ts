import { Controller, Get } from '@nestjs/common';
import { SpendService } from './spend.service.js';

@Controller('spend')
export class SpendController {
  constructor(private readonly spend: SpendService) {}

  /** Requests and cost (nano-USD, decimal string) of every model, the dearest first. */
  @Get()
  async list(): Promise<{ model: string; requests: string; cost_nano_usd: string }[]> {
    const spend = await this.spend.list();
    return spend.map(({ model, requests, costNanoUsd }) => ({
      model,
      requests: requests.toString(),
      cost_nano_usd: costNanoUsd.toString(),
    }));
  }
}
