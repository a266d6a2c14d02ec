import { sessionRoutes, type OpenSession } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { MonitorSmartphone } from 'lucide-react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { timeFromNow } from '../../format/time.js';
import { signOut } from '../../layout/sign-out.js';
import { useNow } from '../../ranges/use-now.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Loaded } from '../../ui/loaded.js';
import { Time } from '../../ui/values.js';
import { sessionsQuery } from './queries.js';

const MINUTE_MS = 60_000;

export function Sessions() {
  const query = useQuery(sessionsQuery);
  return (
    <Card title="Where you are signed in">
      <Loaded query={query} what="your sessions">
        {({ items }) => (
          <ul className="divide-y divide-line rounded-md border border-line">
            {items.map((each) => (
              <Row key={each.session_id} session={each} />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function Row({ session }: { session: OpenSession }) {
  const now = useNow(MINUTE_MS);
  const end = useAct({
    name: `sessions.end ${session.session_id}`,
    run: (session_id: string) => api.call(sessionRoutes.endOther, { params: { session_id } }),
    done: 'Signed out there',
    changes: [['sessions']],
  });
  const { browser, device, place } = session;
  const where = [browser, device, place].filter((part) => part !== '').join(', ');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <MonitorSmartphone aria-hidden className="size-5 text-muted" />
      <div className="min-w-0 flex-1 basis-60">
        <p className="break-words">
          {where === '' ? 'A browser' : where}{' '}
          {session.is_this && <Badge tone="good">this one</Badge>}
        </p>
        <p className="text-muted">
          Since <Time at={session.started_at} />, last active{' '}
          {timeFromNow(session.last_active_at, now)}
        </p>
      </div>
      {session.is_this ? (
        <Button size="small" onClick={() => void signOut()}>
          Sign out
        </Button>
      ) : (
        <Button
          size="small"
          look="warning"
          isBusy={end.isPending}
          onClick={() => end.mutate(session.session_id)}
        >
          Sign out there
        </Button>
      )}
    </li>
  );
}
