import type { AutoRecharge } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { needsProof } from '../../acts/use-act.js';
import { dollarsOfNanos, nanosOfDollars } from '../../format/money.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Checkbox } from '../../ui/checkbox.js';
import { ErrorNote } from '../../ui/error-note.js';
import { DollarsField } from './dollars-field.js';
import type { BillingActs } from './use-billing-acts.js';

const LAST: Record<NonNullable<AutoRecharge['last']>['state'], string> = {
  started: 'The latest charge is under way.',
  paid: 'The latest charge was paid.',
  declined: 'The latest charge was declined: it is tried again, then auto-recharge ends.',
  needs_action: 'Your bank wants to hear from you: pay in once, or save these settings again.',
  failed: 'The latest charge failed.',
};

const FIELDS = [
  ['below_nano_usd', 'When the balance falls below', undefined],
  ['amount_nano_usd', 'Pay in', 'From 5 to 10,000, in whole cents.'],
  ['daily_cap_nano_usd', 'At most a day', 'UTC days.'],
] as const;

type Name = (typeof FIELDS)[number][0];

interface AutoRechargeCardProps {
  readonly accountId: string;
  readonly autoRecharge: AutoRecharge;
  readonly set: BillingActs['setAutoRecharge'];
}

export function AutoRechargeCard({ accountId, autoRecharge, set }: AutoRechargeCardProps) {
  const [isOn, setOn] = useState(autoRecharge.enabled);
  const [texts, setTexts] = useState<Record<Name, string>>(() => textsOf(autoRecharge));
  const [errors, setErrors] = useState<Partial<Record<Name, string>>>({});
  const { card, last } = autoRecharge;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readAmounts(texts);
    if ('errors' in read) return setErrors(read.errors);
    setErrors({});
    set.mutate({ params: { account_id: accountId }, body: { enabled: isOn, ...read.amounts } });
  };
  return (
    <Card title="Auto-recharge">
      <form onSubmit={submit} noValidate className="flex flex-col gap-3">
        <Checkbox
          label="Charge the saved card when the balance is low"
          hint={
            card === null
              ? 'No card is saved. Pay in once and save it.'
              : `${card.brand} ending in ${card.last4}`
          }
          isChecked={isOn}
          onChange={setOn}
          disabled={card === null && !isOn}
        />
        <div className="grid gap-3 sm:grid-cols-3">
          {FIELDS.map(([name, label, hint]) => (
            <DollarsField
              key={name}
              label={label}
              hint={hint}
              value={texts[name]}
              error={errors[name]}
              onChange={(text) => setTexts((before) => ({ ...before, [name]: text }))}
            />
          ))}
        </div>
        {last !== null && <p className="text-sm text-muted">{LAST[last.state]}</p>}
        {set.error !== null && !needsProof(set.error) && (
          <ErrorNote error={set.error} what="Nothing was changed." />
        )}
        <Button type="submit" isBusy={set.isPending} className="self-start">
          Save
        </Button>
      </form>
    </Card>
  );
}

/** What nobody has set yet is suggested. */
function textsOf(given: AutoRecharge): Record<Name, string> {
  const isUnset = given.amount_nano_usd === '0';
  return {
    below_nano_usd: isUnset ? '5' : dollarsOfNanos(given.below_nano_usd),
    amount_nano_usd: isUnset ? '25' : dollarsOfNanos(given.amount_nano_usd),
    daily_cap_nano_usd: isUnset ? '100' : dollarsOfNanos(given.daily_cap_nano_usd),
  };
}

function readAmounts(
  texts: Record<Name, string>,
): { amounts: Record<Name, string> } | { errors: Partial<Record<Name, string>> } {
  const read = FIELDS.map(([name]) => [name, nanosOfDollars(texts[name])] as const);
  const wrong = read.filter(([, nanos]) => nanos === undefined);
  if (wrong.length > 0) {
    const errors = wrong.map(([name]) => [name, 'An amount of dollars, such as 25.'] as const);
    return { errors: Object.fromEntries(errors) };
  }
  return { amounts: Object.fromEntries(read) as Record<Name, string> };
}
