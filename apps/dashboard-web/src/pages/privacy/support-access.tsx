import { privacyRoutes, type SupportGrant } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { useNow } from '../../ranges/use-now.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Dialog } from '../../ui/dialog.js';
import { Loaded } from '../../ui/loaded.js';
import { Time } from '../../ui/values.js';
import { GrantForm, useGrant } from './grant-form.js';
import { grantsQuery } from './queries.js';

const MINUTE_MS = 60_000;

/** Whom the person lets read what their requests say. */
export function SupportAccess() {
  const query = useQuery(grantsQuery);
  const [isOpen, setOpen] = useState(false);
  const grant = useGrant(() => setOpen(false));
  return (
    <Card
      title="What support may read"
      actions={<Button onClick={() => setOpen(true)}>Grant access</Button>}
    >
      <p className="mb-4 text-muted">
        Nobody at ModelBridge can read what your requests say, unless you grant it here. Each
        reading is in your audit log, and a grant can be withdrawn at any time.
      </p>
      <Loaded query={query} what="the grants">
        {({ items }) =>
          items.length === 0 ? (
            <p>You have granted none.</p>
          ) : (
            <ul className="divide-y divide-line rounded-md border border-line">
              {items.map((each) => (
                <Row key={each.grant_id} grant={each} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title="Let support read"
        description="Requests of yours that are still stored."
      >
        <GrantForm grant={grant} onCancel={() => setOpen(false)} />
      </Dialog>
    </Card>
  );
}

function Row({ grant }: { grant: SupportGrant }) {
  const now = useNow(MINUTE_MS);
  const withdraw = useAct({
    name: `support-grants.withdraw ${grant.grant_id}`,
    run: (grant_id: string) =>
      api.call(privacyRoutes.withdrawSupportGrant, { params: { grant_id } }),
    done: 'Withdrawn: support reads nothing more',
    changes: [['support-grants']],
  });
  const isOver = Date.parse(grant.expires_at) <= now;
  const isOn = grant.withdrawn_at === null && !isOver;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <Badge tone={isOn ? 'warn' : 'neutral'}>
        {isOn ? 'Open' : grant.withdrawn_at === null ? 'Over' : 'Withdrawn'}
      </Badge>
      <div className="min-w-0 flex-1 basis-60">
        <p className="break-words">
          {grant.from !== null && grant.to !== null ? (
            <>
              Requests from <Time at={grant.from} /> to <Time at={grant.to} />
            </>
          ) : (
            grant.request_ids.join(', ')
          )}
        </p>
        <p className="text-muted">
          Until <Time at={grant.expires_at} style="minuteOfYear" />
        </p>
      </div>
      {isOn && (
        <Button
          size="small"
          isBusy={withdraw.isPending}
          onClick={() => withdraw.mutate(grant.grant_id)}
        >
          Withdraw
        </Button>
      )}
    </li>
  );
}
