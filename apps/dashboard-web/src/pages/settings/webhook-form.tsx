import { useState, type SubmitEvent } from 'react';
import { needsProof } from '../../acts/use-act.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/input.js';
import type { SetWebhook } from './webhook-card.js';

/** The address that is told. */
export function WebhookForm({ url, set }: { url: string; set: SetWebhook }) {
  const { account_id } = useAccount();
  const [text, setText] = useState(url);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    set.mutate({ account_id, url: text.trim() });
  };
  const error = set.error === null || needsProof(set.error) ? undefined : set.error.message;
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2" noValidate>
      <Field label="Address" error={error} className="max-w-xl flex-1 basis-64">
        <Input
          type="url"
          placeholder="https://example.com/hooks/modelbridge"
          value={text}
          maxLength={2_000}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <Button
        type="submit"
        look={url === '' ? 'primary' : 'plain'}
        disabled={text.trim() === '' || text.trim() === url}
        isBusy={set.isPending}
      >
        {url === '' ? 'Set' : 'Change'}
      </Button>
    </form>
  );
}
