import { notificationRoutes } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { Loaded } from '../../ui/loaded.js';
import { Time } from '../../ui/values.js';
import { Deliveries } from './deliveries.js';
import { webhookQuery } from './queries.js';
import { WebhookForm } from './webhook-form.js';

type Question = 'rotate' | 'remove';

/** Where the account's notices are sent besides mails; in a team its owner and admins decide. */
export function WebhookCard() {
  const { account_id } = useAccount();
  const query = useQuery(webhookQuery(account_id));
  const [question, setQuestion] = useState<Question>();
  const [secret, setSecret] = useState<string>();
  const acts = useWebhookActs(setSecret);
  const params = { account_id };
  return (
    <Card title="Webhook">
      <p className="mb-4 text-muted">
        Every notice of this account is sent to this address too, signed.
      </p>
      <Loaded query={query} what="the webhook">
        {({ webhook }) => (
          <>
            <WebhookForm key={webhook?.url ?? ''} url={webhook?.url ?? ''} set={acts.set} />
            {webhook !== null && (
              <div className="mt-4 flex flex-col gap-4">
                {webhook.previous_secret_until !== null && (
                  <p className="text-sm text-muted">
                    The secret before signs too until{' '}
                    <Time at={webhook.previous_secret_until} style="minuteOfYear" />.
                  </p>
                )}
                <div className="flex flex-wrap gap-2">
                  <Button isBusy={acts.test.isPending} onClick={() => acts.test.mutate(params)}>
                    Send a test
                  </Button>
                  <Button onClick={() => setQuestion('rotate')}>Rotate the secret</Button>
                  <Button look="warning" onClick={() => setQuestion('remove')}>
                    Remove
                  </Button>
                </div>
                <Deliveries />
              </div>
            )}
          </>
        )}
      </Loaded>
      <ConfirmDialog
        isOpen={question === 'rotate'}
        onClose={() => setQuestion(undefined)}
        title="Rotate the secret"
        confirm="Rotate"
        isBusy={acts.rotate.isPending}
        onConfirm={() => acts.rotate.mutate(params, { onSettled: () => setQuestion(undefined) })}
      >
        A new secret is shown once. For a while the one before signs too, so that nothing is refused
        while you change it.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={question === 'remove'}
        onClose={() => setQuestion(undefined)}
        title="Remove the webhook"
        confirm="Remove"
        isDanger
        isBusy={acts.remove.isPending}
        onConfirm={() => acts.remove.mutate(params, { onSettled: () => setQuestion(undefined) })}
      >
        Nothing more is sent, and its secret ends.
      </ConfirmDialog>
      <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />
    </Card>
  );
}

interface Account {
  readonly account_id: string;
}

function useWebhookActs(onSecret: (secret: string) => void) {
  const changes = [['webhook'], ['webhook-deliveries']];
  const shown = ({ secret }: { secret: string | null }) => {
    if (secret !== null) onSecret(secret);
  };

  const set = useAct({
    name: 'webhook.set',
    run: ({ url, ...params }: Account & { url: string }) =>
      api.call(notificationRoutes.setWebhook, { params, body: { url } }),
    onDone: shown,
    done: 'Saved',
    changes,
    showsError: true,
  });
  const rotate = useAct({
    name: 'webhook.rotate',
    run: (params: Account) =>
      api.call(notificationRoutes.rotateWebhookSecret, { params, body: {} }),
    onDone: shown,
    changes,
  });
  const remove = useAct({
    name: 'webhook.remove',
    run: (params: Account) => api.call(notificationRoutes.removeWebhook, { params }),
    done: 'The webhook is removed',
    changes,
  });
  const test = useAct({
    name: 'webhook.test',
    run: (params: Account) => api.call(notificationRoutes.testWebhook, { params, body: {} }),
    done: ({ state, last_status, last_error }) =>
      state === 'delivered'
        ? `Delivered: the address answered ${last_status ?? ''}`
        : `Not delivered: ${last_error ?? `the address answered ${last_status ?? 'nothing'}`}`,
    changes,
  });
  return { set, rotate, remove, test };
}

export type SetWebhook = ReturnType<typeof useWebhookActs>['set'];

function SecretDialog({ secret, onClose }: { secret: string | undefined; onClose: () => void }) {
  return (
    <Dialog
      isOpen={secret !== undefined}
      onClose={onClose}
      title="The webhook's secret"
      description="Copy it now: it cannot be shown again."
      isSticky
    >
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{secret}</code>
        <CopyButton text={secret ?? ''} label="Copy secret" hasWords />
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
