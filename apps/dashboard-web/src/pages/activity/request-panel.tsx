import type { RequestDetail, RequestRow } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useAccount } from '../../layout/use-account.js';
import { Badge } from '../../ui/badge.js';
import { CopyButton } from '../../ui/copy-button.js';
import { SidePanel } from '../../ui/dialog.js';
import { Fact, Facts } from '../../ui/facts.js';
import { LimitMeter } from '../../ui/limit-meter.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Time } from '../../ui/values.js';
import { Content } from './content.js';
import { CostTable } from './cost-table.js';
import { requestQuery } from './queries.js';
import { apiLabel, outcomeLabel, toneOf } from './request-state.js';
import { Timing } from './timing.js';

interface RequestPanelProps {
  readonly requestId: string | undefined;
  /** As the list has it, until the rest is there. */
  readonly known: RequestRow | undefined;
  readonly onClose: () => void;
}

/** One request: how it went, what it cost and why, and for its author what it said. */
export function RequestPanel({ requestId, known, onClose }: RequestPanelProps) {
  return (
    <SidePanel
      isBeside
      isOpen={requestId !== undefined}
      onClose={onClose}
      title={known?.model ?? 'Request'}
    >
      {requestId !== undefined && <Loaded key={requestId} requestId={requestId} known={known} />}
    </SidePanel>
  );
}

function Loaded({ requestId, known }: { requestId: string; known: RequestRow | undefined }) {
  const { account_id } = useAccount();
  const query = useQuery(requestQuery(account_id, requestId));
  const row = query.data ?? known;
  return (
    <div className="flex flex-col gap-5">
      {row !== undefined && <Summary row={row} />}
      {row !== undefined && <Timing row={row} />}
      {query.error !== null ? (
        <ErrorNote
          error={query.error}
          what="The request could not be loaded."
          retry={() => void query.refetch()}
        />
      ) : query.data === undefined ? (
        <SkeletonRows label="Loading the request" />
      ) : (
        <Details detail={query.data} />
      )}
    </div>
  );
}

function Summary({ row }: { row: RequestRow }) {
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={toneOf(row)}>
          {row.status} {outcomeLabel(row.outcome)}
        </Badge>
        {row.streamed && <Badge>streamed</Badge>}
        {row.estimated && <Badge tone="warn">tokens counted by us</Badge>}
      </div>
      <Facts>
        <Fact name="Id">
          <span className="inline-flex items-center gap-1">
            <code className="font-mono text-xs break-all">{row.id}</code>
            <CopyButton text={row.id} label="Copy the id" />
          </span>
        </Fact>
        <Fact name="Began">
          <Time at={row.created_at} style="second" />
        </Fact>
        <Fact name="API">{apiLabel(row.api)}</Fact>
        <Fact name="Key">{row.key_name ?? row.key_id}</Fact>
        {row.user_name !== null && <Fact name="By">{row.user_name}</Fact>}
        <Fact name="Provider">{row.provider ?? 'None was called'}</Fact>
        {row.region !== null && <Fact name="Region">{row.region}</Fact>}
        {row.finish_reason !== null && <Fact name="Finished by">{row.finish_reason}</Fact>}
        {row.error_class !== null && <Fact name="Error">{row.error_class}</Fact>}
      </Facts>
    </div>
  );
}

function Details({ detail }: { detail: RequestDetail }) {
  const tags = Object.entries(detail.tags);
  return (
    <>
      <Section title="Cost">
        <CostTable detail={detail} />
      </Section>
      {detail.limits.length > 0 && (
        <Section title="Limits that it met">
          <ul className="flex flex-col gap-3">
            {detail.limits.map((limit) => (
              <li key={`${limit.scope} ${limit.period}`}>
                <LimitMeter limit={limit} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {tags.length > 0 && (
        <Section title="Tags">
          <ul className="flex flex-wrap gap-1.5">
            {tags.map(([name, value]) => (
              <li key={name}>
                <Badge>
                  {name}={value}
                </Badge>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="What it said">
        <Content detail={detail} />
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}
