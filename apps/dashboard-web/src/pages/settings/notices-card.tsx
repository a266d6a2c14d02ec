import {
  notificationRoutes,
  type Asked,
  type NOTICE_KINDS,
  type NoticePreferences,
} from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { dollarsOfNanos, nanosOfDollars } from '../../format/money.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Field, Input } from '../../ui/input.js';
import { Loaded } from '../../ui/loaded.js';
import { Switch } from '../../ui/switch.js';
import { noticesQuery } from './queries.js';

type Kind = (typeof NOTICE_KINDS)[number];

const KINDS: readonly { kind: Kind; label: string; hint: string }[] = [
  { kind: 'balance_low', label: 'Low balance', hint: 'When it falls below the threshold.' },
  { kind: 'limit_reached_80', label: 'Limits', hint: 'When 80 % of one are used.' },
  { kind: 'plan_changed', label: 'Plan', hint: 'When it changes, or is to change.' },
];

/** Which mails about the account that is looked at reach the person. */
export function NoticesCard() {
  const { account_id, name } = useAccount();
  const query = useQuery(noticesQuery(account_id));
  return (
    <Card title={`Mails about ${name}`}>
      <Loaded query={query} what="what you are told">
        {(preferences) => <Preferences key={account_id} preferences={preferences} />}
      </Loaded>
    </Card>
  );
}

function Preferences({ preferences }: { preferences: NoticePreferences }) {
  const { account_id } = useAccount();
  const change = useAct({
    name: 'notices.change',
    run: (asked: Asked<typeof notificationRoutes.change>) =>
      api.call(notificationRoutes.change, asked),
    done: 'Saved',
    changes: [['notices', account_id]],
  });
  const { unsubscribed, balance_low_nano_usd } = preferences;
  const set = (kind: Kind, isOn: boolean) => {
    const others = unsubscribed.filter((each) => each !== kind);
    const body = { unsubscribed: isOn ? others : [...others, kind] };
    change.mutate({ params: { account_id }, body });
  };
  return (
    <div className="flex flex-col gap-4">
      {KINDS.map(({ kind, label, hint }) => (
        <Switch
          key={kind}
          label={label}
          hint={hint}
          isOn={!unsubscribed.includes(kind)}
          disabled={change.isPending}
          onChange={(isOn) => set(kind, isOn)}
        />
      ))}
      {balance_low_nano_usd !== null && (
        <Threshold
          key={balance_low_nano_usd}
          nanoUsd={balance_low_nano_usd}
          isBusy={change.isPending}
          onSave={(nanos) =>
            change.mutate({
              params: { account_id },
              body: { unsubscribed, balance_low_nano_usd: nanos },
            })
          }
        />
      )}
      <p className="text-sm text-muted">
        Receipts, failed payments, disputes and used-up balances and limits are always told.
      </p>
    </div>
  );
}

interface ThresholdProps {
  readonly nanoUsd: string;
  readonly isBusy: boolean;
  readonly onSave: (nanoUsd: string) => void;
}

function Threshold({ nanoUsd, isBusy, onSave }: ThresholdProps) {
  const [text, setText] = useState(dollarsOfNanos(nanoUsd));
  const [error, setError] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const nanos = nanosOfDollars(text);
    setError(nanos === undefined ? 'Dollars, such as 5. 0 tells of no low balance.' : undefined);
    if (nanos !== undefined) onSave(nanos);
  };
  return (
    <form onSubmit={submit} className="flex items-end gap-2" noValidate>
      <Field label="Low is below ($)" error={error} className="w-40">
        <Input inputMode="decimal" value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Button type="submit" isBusy={isBusy}>
        Save
      </Button>
    </form>
  );
}
