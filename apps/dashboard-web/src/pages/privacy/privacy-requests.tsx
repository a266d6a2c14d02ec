import {
  PRIVACY_REQUEST_KINDS,
  privacyRoutes,
  type Asked,
  type PrivacyRequest,
} from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Loaded } from '../../ui/loaded.js';
import { Select } from '../../ui/select.js';
import { Time } from '../../ui/values.js';
import { requestsQuery } from './queries.js';

type Kind = (typeof PRIVACY_REQUEST_KINDS)[number];
type Body = Asked<typeof privacyRoutes.createRequest>['body'];

const KINDS: Record<Kind, string> = {
  access: 'See what is held about me',
  rectification: 'Correct what is wrong',
  erasure: 'Erase my data',
  restriction: 'Stop processing my data',
  objection: 'Object to the statistics',
  portability: 'Take my data elsewhere',
  consent_withdrawal: 'Withdraw my consent to news',
  minor: 'Report an account of a minor',
  other: 'Something else',
};

const STATES: Record<PrivacyRequest['state'], string> = {
  unverified: 'To be verified',
  open: 'Open',
  in_effect: 'In effect',
  closed: 'Closed',
};

/** Some need to be told of what. */
const PURPOSES: Partial<Record<Kind, Body['purpose']>> = {
  objection: 'service_statistics',
  consent_withdrawal: 'product_news',
};

/** The rights of a person over their data, and what became of each request. */
export function PrivacyRequests() {
  const query = useQuery(requestsQuery);
  const [kind, setKind] = useState<Kind>('access');
  const create = useAct({
    name: 'privacy-requests.create',
    run: (body: Body) => api.call(privacyRoutes.createRequest, { body }),
    done: 'Your request has come in',
    changes: [['privacy-requests'], ['erasure'], ['profile'], ['consents']],
  });
  return (
    <Card title="Requests about your data">
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <Select
          label="What you ask for"
          value={kind}
          options={PRIVACY_REQUEST_KINDS.map((value) => ({ value, label: KINDS[value] }))}
          onChange={setKind}
        />
        <Button
          look="primary"
          isBusy={create.isPending}
          onClick={() => create.mutate({ kind, purpose: PURPOSES[kind] ?? null })}
        >
          Send
        </Button>
      </div>
      <Loaded query={query} what="your requests">
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">
              You have sent none. Each is answered within a month, and what you can do here yourself
              is done at once.
            </p>
          ) : (
            <ul className="divide-y divide-line rounded-md border border-line">
              {items.map((each) => (
                <Row key={each.request_id} request={each} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Row({ request }: { request: PrivacyRequest }) {
  const withdraw = useAct({
    name: `privacy-requests.withdraw ${request.request_id}`,
    run: (request_id: string) =>
      api.call(privacyRoutes.withdrawRequest, { params: { request_id } }),
    done: 'Withdrawn',
    changes: [['privacy-requests'], ['profile']],
  });
  const isClosed = request.state === 'closed';
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <Badge tone={isClosed ? 'neutral' : 'accent'}>
        {request.outcome ?? STATES[request.state]}
      </Badge>
      <div className="min-w-0 flex-1 basis-60">
        <p>{KINDS[request.kind]}</p>
        <p className="text-muted">
          Sent <Time at={request.received_at} style="dayOfYear" />
          {request.closed_at !== null ? (
            <>
              , closed <Time at={request.closed_at} style="dayOfYear" />
            </>
          ) : (
            <>
              , answered by <Time at={request.due_at} style="dayOfYear" />
            </>
          )}
        </p>
      </div>
      {!isClosed && (
        <Button
          size="small"
          isBusy={withdraw.isPending}
          onClick={() => withdraw.mutate(request.request_id)}
        >
          Withdraw
        </Button>
      )}
    </li>
  );
}
