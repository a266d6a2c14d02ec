import { getRouteApi } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { defaultRange } from '../../preferences/default-range.js';
import { usePreference } from '../../preferences/preference.js';
import { RANGE_LABELS, rangeOfDays } from '../../ranges/range.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/input.js';
import { Select } from '../../ui/select.js';

const overviewRoute = getRouteApi('/shell/overview');

export function RangePicker() {
  const { range, first, last } = overviewRoute.useSearch();
  const preferred = usePreference(defaultRange);
  const navigate = overviewRoute.useNavigate();
  const [isOpen, setOpen] = useState(false);
  const hasDays = range === 'custom' && rangeOfDays(first ?? '', last ?? '') !== undefined;
  const days = hasDays ? `${first ?? ''} – ${last ?? ''}` : 'Custom days';
  return (
    <>
      <Select
        label="Range"
        value={range === 'custom' && !hasDays ? preferred : (range ?? preferred)}
        options={RANGE_LABELS.map((option) =>
          option.value === 'custom' ? { ...option, label: days } : option,
        )}
        onChange={(chosen) => {
          if (chosen === 'custom') setOpen(true);
          else {
            const other = { range: chosen, first: undefined, last: undefined };
            void navigate({ search: (before) => ({ ...before, ...other }) });
          }
        }}
      />
      {hasDays && (
        <Button look="quiet" size="small" onClick={() => setOpen(true)}>
          Change days
        </Button>
      )}
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title="Custom days"
        description="Days of UTC, at most 400."
      >
        <Days
          first={first}
          last={last}
          onChosen={(chosen) => {
            setOpen(false);
            void navigate({ search: (before) => ({ ...before, range: 'custom', ...chosen }) });
          }}
        />
      </Dialog>
    </>
  );
}

interface DaysProps {
  readonly first?: string;
  readonly last?: string;
  readonly onChosen: (days: { first: string; last: string }) => void;
}

function Days({ first, last, onChosen }: DaysProps) {
  const today = new Date().toISOString().slice(0, 10);
  const [from, setFrom] = useState(first ?? today);
  const [to, setTo] = useState(last ?? today);
  const [error, setError] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (rangeOfDays(from, to) !== undefined) onChosen({ first: from, last: to });
    else setError('The last day is not before the first, and there are at most 400 days.');
  };
  return (
    <form onSubmit={submit}>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="First day">
          <Input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        </Field>
        <Field label="Last day" error={error}>
          <Input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
        </Field>
      </div>
      <DialogActions>
        <Button type="submit" look="primary">
          Show these days
        </Button>
      </DialogActions>
    </form>
  );
}
