import { activityRoutes, type RequestDetail } from '@modelbridge/dashboard-api';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { useSession } from '../../api/session.js';
import { readableTime } from '../../format/time.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { CodeBlock } from '../../ui/code-block.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ErrorNote } from '../../ui/error-note.js';
import { curlOf } from './curl.js';

const NOT_HELD = {
  not_captured: 'It was never stored: of this model, or by your settings, no content is.',
  destroyed: 'It is gone for good: its 30 days are over, or it was deleted.',
  not_yours: 'Only the person who sent a request can open what it said.',
} as const;

/** What was asked and answered, where it is held and only when it is asked for: each opening is in the audit log. */
export function Content({ detail }: { detail: RequestDetail }) {
  const { account_id } = useAccount();
  const { api_origin } = useSession();
  const open = useAct({
    name: 'requests.open-content',
    run: (params: { account_id: string; request_id: string }) =>
      api.call(activityRoutes.openContent, { params }),
    showsError: true,
  });
  const { state, held_until } = detail.content;
  const opened = open.data;
  const curl = curlOf({
    origin: api_origin,
    api: detail.api,
    model: detail.model,
    body: opened?.request ?? undefined,
  });
  return (
    <div className="flex flex-col gap-3">
      {state !== 'held' ? (
        <p className="text-muted">{NOT_HELD[state]}</p>
      ) : opened === undefined ? (
        <>
          <p className="text-muted">
            Sealed{held_until !== null && `, until ${readableTime(held_until, 'minuteOfYear')}`}.
            Opening it is written into your audit log.
          </p>
          <div>
            <Button
              isBusy={open.isPending}
              onClick={() => open.mutate({ account_id, request_id: detail.id })}
            >
              Open
            </Button>
          </div>
        </>
      ) : (
        <>
          <Part title="Request" text={opened.request} />
          <Part title="Reply" text={opened.response} />
        </>
      )}
      {open.error !== null && <ErrorNote error={open.error} what="It could not be opened." />}
      <div>
        <CopyButton text={curl} label="Copy as curl" hasWords />
      </div>
    </div>
  );
}

function Part({ title, text }: { title: string; text: string | null }) {
  return text === null ? (
    <p className="text-muted">{title}: not kept whole.</p>
  ) : (
    <CodeBlock title={title} text={readable(text)} copyLabel={`Copy the ${title.toLowerCase()}`} />
  );
}

/** JSON as people read it; anything else as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
