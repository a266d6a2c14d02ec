import { privacyRoutes, type Asked } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { needsProof, useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input, TextArea } from '../../ui/input.js';
import { Select } from '../../ui/select.js';

const DAYS = [
  { value: '1', label: 'A day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
] as const;
const KINDS = [
  { value: 'requests', label: 'Single requests' },
  { value: 'span', label: 'All requests of a span' },
] as const;
const DAY_MS = 86_400_000;

type Days = (typeof DAYS)[number]['value'];
type Kind = (typeof KINDS)[number]['value'];
type Body = NonNullable<Asked<typeof privacyRoutes.createSupportGrant>['body']>;

export function useGrant(onDone: () => void) {
  return useAct({
    name: 'support-grants.create',
    run: (body: Body) => api.call(privacyRoutes.createSupportGrant, { body }),
    onDone,
    done: 'Granted',
    changes: [['support-grants']],
    showsError: true,
  });
}

interface GrantFormProps {
  readonly grant: ReturnType<typeof useGrant>;
  readonly onCancel: () => void;
}

export function GrantForm({ grant, onCancel }: GrantFormProps) {
  const [kind, setKind] = useState<Kind>('requests');
  const [ids, setIds] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [days, setDays] = useState<Days>('7');
  const [error, setError] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const what = kind === 'requests' ? idsIn(ids) : spanOf(from, to);
    setError(typeof what === 'string' ? what : undefined);
    if (typeof what === 'string') return;
    const expires_at = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    grant.mutate({ ...what, expires_at });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <Field label="What">
        <Select className="w-full" value={kind} options={KINDS} onChange={setKind} />
      </Field>
      {kind === 'requests' ? (
        <Field label="Ids of requests" hint="One a line, at most 100." error={error}>
          <TextArea
            value={ids}
            spellCheck={false}
            onChange={(event) => setIds(event.target.value)}
          />
        </Field>
      ) : (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="From">
            <Input
              type="datetime-local"
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            />
          </Field>
          <Field label="To" error={error}>
            <Input
              type="datetime-local"
              value={to}
              onChange={(event) => setTo(event.target.value)}
            />
          </Field>
        </div>
      )}
      <Field label="For how long">
        <Select className="w-full" value={days} options={DAYS} onChange={setDays} />
      </Field>
      {grant.error !== null && !needsProof(grant.error) && <ErrorNote error={grant.error} />}
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={grant.isPending}>
          Let support read
        </Button>
      </DialogActions>
    </form>
  );
}

function idsIn(text: string): Pick<Body, 'request_ids'> | string {
  const request_ids = text.split(/[\s,]+/).filter((id) => id !== '');
  return request_ids.length === 0 ? 'Name at least one request.' : { request_ids };
}

function spanOf(from: string, to: string): Pick<Body, 'from' | 'to'> | string {
  const [start, end] = [new Date(from), new Date(to)];
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) return 'Both ends are needed.';
  if (start >= end) return 'It ends after it begins.';
  return { from: start.toISOString(), to: end.toISOString() };
}
