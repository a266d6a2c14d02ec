import { Body, Controller, Delete, Get, HttpCode, HttpException, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { MAX_LIST_LIMIT } from '../bounds.js';
import { faultRulesSchema } from './fault-rule.js';
import { FaultRules } from './fault-rules.js';
import { RequestLog } from './request-log.js';
import { requestView } from './request-view.js';

const DEFAULT_LIST_LIMIT = 100;

const listQuerySchema = z.object({
  since: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_LIST_LIMIT).default(DEFAULT_LIST_LIMIT),
});

/** How tests and people set faults and read what the providers received. */
@Controller('control')
export class ControlController {
  constructor(
    private readonly faults: FaultRules,
    private readonly log: RequestLog,
  ) {}

  @Put('faults')
  putFaults(@Body() body: unknown) {
    this.faults.replace(parsed(faultRulesSchema, body));
    return { faults: this.faults.list() };
  }

  @Get('faults')
  getFaults() {
    return { faults: this.faults.list() };
  }

  @Delete('faults')
  @HttpCode(204)
  deleteFaults(): void {
    this.faults.replace([]);
  }

  @Get('requests')
  getRequests(@Query() query: unknown) {
    const { since, limit } = parsed(listQuerySchema, query);
    return {
      requests: this.log.list(since, limit).map(requestView),
      lastSequence: this.log.lastSequence,
    };
  }

  @Delete('requests')
  @HttpCode(204)
  deleteRequests(): void {
    this.log.clear();
  }
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new HttpException({ error: { message: z.prettifyError(result.error) } }, 400);
}
