import { exportDownload, pathOf, privacyRoutes, type DataExport } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { readableBytes } from '../../format/numbers.js';
import { useAccount } from '../../layout/use-account.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Loaded } from '../../ui/loaded.js';
import { Time } from '../../ui/values.js';
import { exportsQuery } from './queries.js';

const STATES: Record<DataExport['state'], { label: string; tone: Tone }> = {
  queued: { label: 'Waiting', tone: 'neutral' },
  preparing: { label: 'Being prepared', tone: 'accent' },
  ready: { label: 'Ready', tone: 'good' },
  failed: { label: 'Failed', tone: 'danger' },
  expired: { label: 'Gone', tone: 'neutral' },
};

export function Exports() {
  const { account_id } = useAccount();
  const query = useQuery(exportsQuery(account_id));
  const create = useAct({
    name: 'exports.create',
    run: (params: { account_id: string }) =>
      api.call(privacyRoutes.createExport, { params, body: {} }),
    done: 'The export is being prepared; a mail tells when it is ready',
    changes: [['exports']],
  });
  return (
    <Card
      title="Everything about you, as one archive"
      actions={
        <Button
          look="primary"
          isBusy={create.isPending}
          onClick={() => create.mutate({ account_id })}
        >
          Prepare an export
        </Button>
      }
    >
      <p className="mb-4 text-muted">
        Profile, consents, keys, requests with what they said, payments and invoices, the audit log:
        in open formats, with a list of what is in it. A large one takes minutes.
      </p>
      <Loaded query={query} what="the exports">
        {({ items }) =>
          items.length === 0 ? (
            <p>There is none.</p>
          ) : (
            <ul className="divide-y divide-line rounded-md border border-line">
              {items.map((each) => (
                <Row key={each.export_id} shown={each} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Row({ shown }: { shown: DataExport }) {
  const { account_id } = useAccount();
  const { label, tone } = STATES[shown.state];
  const { export_id } = shown;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <Badge tone={tone}>{label}</Badge>
      <div className="min-w-0 flex-1 basis-60 text-sm">
        <p>
          Asked for <Time at={shown.requested_at} style="minuteOfYear" />
          {shown.size_bytes > 0 && `, ${readableBytes(shown.size_bytes)}`}
          {shown.state === 'preparing' && shown.files > 0 && (
            <span className="text-muted">
              , file {shown.files_done} of {shown.files}
            </span>
          )}
        </p>
        {shown.sha256 !== null && (
          <p className="font-mono text-xs break-all text-muted">SHA-256 {shown.sha256}</p>
        )}
        {shown.state === 'ready' && shown.expires_at !== null && (
          <p className="text-muted">
            To be fetched until <Time at={shown.expires_at} style="minuteOfYear" />
          </p>
        )}
      </div>
      {shown.state === 'ready' && (
        <a
          download
          href={pathOf(exportDownload, { account_id, export_id })}
          className={buttonClasses('plain')}
        >
          <Download aria-hidden className="size-4" />
          Download
        </a>
      )}
    </li>
  );
}
