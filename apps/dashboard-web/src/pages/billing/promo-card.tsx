import { useState, type SubmitEvent } from 'react';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input } from '../../ui/input.js';
import type { BillingActs } from './use-billing-acts.js';

interface PromoCardProps {
  readonly accountId: string;
  readonly redeem: BillingActs['redeem'];
}

export function PromoCard({ accountId, redeem }: PromoCardProps) {
  const [code, setCode] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (code.trim() === '') return;
    const asked = { params: { account_id: accountId }, body: { code } };
    redeem.mutate(asked, { onSuccess: () => setCode('') });
  };
  return (
    <Card title="Promo code">
      <form onSubmit={submit} noValidate className="flex flex-col gap-3">
        <Field label="Code">
          <Input
            value={code}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
        {redeem.error !== null && (
          <ErrorNote error={redeem.error} what="The code was not redeemed." />
        )}
        <Button type="submit" isBusy={redeem.isPending} className="self-start">
          Redeem
        </Button>
      </form>
    </Card>
  );
}
