import { useState, type SubmitEvent } from 'react';
import { nanosOfDollars } from '../../format/money.js';
import { Button } from '../../ui/button.js';
import { Checkbox } from '../../ui/checkbox.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { DollarsField } from './dollars-field.js';
import type { BillingActs } from './use-billing-acts.js';

const AMOUNTS = ['10', '25', '50', '100'];

interface TopUpDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly accountId: string;
  readonly topUp: BillingActs['topUp'];
}

export function TopUpDialog({ isOpen, onClose, ...rest }: TopUpDialogProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Pay in"
      description="You pay on Stripe’s page; your card’s number never reaches us."
    >
      <Form onClose={onClose} {...rest} />
    </Dialog>
  );
}

function Form({ onClose, accountId, topUp }: Omit<TopUpDialogProps, 'isOpen'>) {
  const [amount, setAmount] = useState('25');
  const [savesCard, setSavesCard] = useState(false);
  const [error, setError] = useState<string>();
  // One for each opening of the form: pressing twice leads to the same page.
  const [attempt] = useState(() => crypto.randomUUID());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const amount_nano_usd = nanosOfDollars(amount);
    if (amount_nano_usd === undefined)
      return setError('An amount of dollars, such as 25 or 12.50.');
    setError(undefined);
    topUp.mutate({
      params: { account_id: accountId },
      body: { amount_nano_usd, save_card: savesCard, attempt },
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <div className="mb-3 flex flex-wrap gap-2">
        {AMOUNTS.map((choice) => (
          <Button key={choice} aria-pressed={choice === amount} onClick={() => setAmount(choice)}>
            ${choice}
          </Button>
        ))}
      </div>
      <DollarsField
        label="Amount in US dollars"
        hint="From 5 to 10,000, in whole cents."
        value={amount}
        error={error}
        onChange={setAmount}
      />
      <div className="mt-4">
        <Checkbox
          label="Save the card for auto-recharge"
          hint="It is charged later only within the bounds that you set."
          isChecked={savesCard}
          onChange={setSavesCard}
        />
      </div>
      {topUp.error !== null && (
        <div className="mt-4">
          <ErrorNote error={topUp.error} what="Stripe’s page could not be opened." />
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={topUp.isPending}>
          Go to Stripe
        </Button>
      </DialogActions>
    </form>
  );
}
