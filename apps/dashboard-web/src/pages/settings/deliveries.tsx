import type { WebhookDelivery } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { readableDuration } from '../../format/numbers.js';
import { useAccount } from '../../layout/use-account.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { LoadMore } from '../../ui/load-more.js';
import { Loaded } from '../../ui/loaded.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Time } from '../../ui/values.js';
import { deliveriesQuery } from './queries.js';

const STATES: Record<WebhookDelivery['state'], { label: string; tone: Tone }> = {
  pending: { label: 'Tried again', tone: 'warn' },
  delivered: { label: 'Delivered', tone: 'good' },
  failed: { label: 'Failed', tone: 'danger' },
};

/** What was sent, the newest first. */
export function Deliveries() {
  const { account_id } = useAccount();
  const query = useInfiniteQuery(deliveriesQuery(account_id));
  return (
    <Loaded query={query} what="the deliveries">
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        return items.length === 0 ? (
          <p className="text-sm text-muted">Nothing was sent yet.</p>
        ) : (
          <div className="rounded-md border border-line">
            <Table label="Deliveries">
              <thead>
                <tr>
                  <HeadCell>Sent</HeadCell>
                  <HeadCell>Notice</HeadCell>
                  <HeadCell>State</HeadCell>
                  <HeadCell>Answer</HeadCell>
                  <HeadCell isNumber>Tries</HeadCell>
                  <HeadCell isNumber>Took</HeadCell>
                </tr>
              </thead>
              <tbody>
                {items.map((delivery) => (
                  <Row key={delivery.delivery_id} delivery={delivery} />
                ))}
              </tbody>
            </Table>
            <LoadMore pages={query} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Row({ delivery }: { delivery: WebhookDelivery }) {
  const { label, tone } = STATES[delivery.state];
  return (
    <tr>
      <Cell className="whitespace-nowrap">
        <Time at={delivery.created_at} style="second" isPlain />
      </Cell>
      <Cell>
        <code className="font-mono text-sm">{delivery.kind}</code>
      </Cell>
      <Cell>
        <Badge tone={tone}>{label}</Badge>
      </Cell>
      <Cell className="max-w-64 truncate">
        {delivery.last_status ?? delivery.last_error ?? '–'}
      </Cell>
      <Cell isNumber>{delivery.attempts}</Cell>
      <Cell isNumber>{readableDuration(delivery.last_latency_ms)}</Cell>
    </tr>
  );
}
