import {
  UsageExportFormat,
  UsageGranularity,
  UsageGroup,
} from '@modelbridge/contracts/usage_ledger.v1';
import { regions } from '@modelbridge/contracts';
import {
  activityRoutes,
  KEY_APIS,
  requestsFile,
  type Answer,
  type RequestDetail,
} from '@modelbridge/dashboard-api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ContentClient, UsageLedgerClient } from '../clients/clients.js';
import { Answers, Streams } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { sendPieces } from '../routes/send-pieces.js';
import { asking } from '../sessions/asking.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { Activity } from './activity.service.js';
import { filterOf } from './filter.js';

const pageSize = 50;
const filterDays = 90;
const dayMs = 24 * 3_600_000;
/** As many as usage-ledger tells apart. */
const mostOptions = 200;

const formats = {
  csv: [UsageExportFormat.CSV, 'text/csv; charset=utf-8'],
  jsonl: [UsageExportFormat.JSONL, 'application/jsonl'],
  parquet: [UsageExportFormat.PARQUET, 'application/vnd.apache.parquet'],
} as const;

/** Every request that the person may see. */
@Controller()
export class ActivityController {
  constructor(
    private readonly activity: Activity,
    private readonly usageLedger: UsageLedgerClient,
    private readonly contents: ContentClient,
  ) {}

  @Answers(activityRoutes.list)
  list(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof activityRoutes.list>,
  ): Promise<Answer<typeof activityRoutes.list>> {
    const limit = query.limit === undefined ? pageSize : Number(query.limit);
    const page = { limit, cursor: query.cursor ?? '' };
    return this.activity.page(asking(session, params), filterOf(query), page);
  }

  @Answers(activityRoutes.filters)
  async filters(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof activityRoutes.filters>,
  ): Promise<Answer<typeof activityRoutes.filters>> {
    const of = asking(session, params);
    const today = Math.floor(Date.now() / dayMs) * dayMs;
    const [{ groups }, names] = await Promise.all([
      this.usageLedger.getUsageSeries({
        ...of,
        ...{ keyId: '', userId: '', model: '', granularity: UsageGranularity.DAY },
        from: new Date(today - filterDays * dayMs),
        to: new Date(today + dayMs),
        groupBy: UsageGroup.MODEL,
        mostGroups: mostOptions,
      }),
      this.activity.names(of),
    ]);
    const same = (value: string) => ({ value, name: value });
    const named = (map: ReadonlyMap<string, string>) =>
      [...map].map(([value, name]) => ({ value, name })).slice(0, mostOptions);
    return {
      models: groups.filter(({ isRest }) => !isRest).map(({ group }) => same(group)),
      keys: named(names.keys),
      members: named(names.members),
      apis: KEY_APIS.map(same),
      regions: regions.map(same),
    };
  }

  @Answers(activityRoutes.detail)
  detail(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof activityRoutes.detail>,
  ): Promise<RequestDetail> {
    return this.activity.detail(asking(session, params), params.request_id);
  }

  /** retention audits it before it answers, and opens nothing for anybody but the author. */
  @Answers(activityRoutes.openContent)
  async openContent(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof activityRoutes.openContent>,
  ): Promise<Answer<typeof activityRoutes.openContent>> {
    const { account_id: accountId, request_id: requestId } = params;
    const asked = { accountId, requestId, actorUserId: userId };
    const { held, request, reply } = await this.contents.getContent(asked);
    const text = (body: Uint8Array | undefined): string | null =>
      body === undefined ? null : Buffer.from(body).toString('utf8');
    return {
      request: text(request?.body),
      response: text(reply?.body),
      held_until: (held?.unreadableAt ?? new Date(0)).toISOString(),
    };
  }

  @Streams(requestsFile)
  async file(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<{ method: 'GET' } & typeof requestsFile>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [format, mediaType] = formats[query.format];
    const pieces = this.usageLedger.exportUsage({
      ...asking(session, params),
      ...{ keyId: '', from: undefined, to: undefined, format, anyLength: true },
      filter: filterOf(query),
    });
    await sendPieces(reply, pieces, () => ({
      'content-type': mediaType,
      'content-disposition': `attachment; filename="modelbridge-requests.${query.format}"`,
    }));
  }
}
