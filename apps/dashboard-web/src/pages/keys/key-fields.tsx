import { KEY_APIS, LIMIT_PERIODS } from '@modelbridge/dashboard-api';
import { Checkbox } from '../../ui/checkbox.js';
import { Field, Input, TextArea } from '../../ui/input.js';
import type { KeyForm, KeyFormErrors } from './key-form.js';

export const API_LABELS: Record<(typeof KEY_APIS)[number], string> = {
  chat_completions: 'Chat completions',
  responses: 'Responses',
  messages: 'Messages',
};

const PERIOD_LABELS = {
  day: 'A day',
  week: 'A week',
  month: 'A month',
  total: 'In total',
} as const;

interface KeyFieldsProps {
  readonly form: KeyForm;
  readonly errors: KeyFormErrors;
  readonly onChange: (change: Partial<KeyForm>) => void;
  /** Of a new key what cannot be changed later is asked too. */
  readonly isNew: boolean;
}

export function KeyFields({ form, errors, onChange, isNew }: KeyFieldsProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label="Name" error={errors.name}>
        <Input
          value={form.name}
          maxLength={200}
          autoComplete="off"
          placeholder="Where it is used"
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      <fieldset>
        <legend className="mb-1 text-sm font-medium">Spending limits (US dollars)</legend>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {LIMIT_PERIODS.toReversed().map((period) => (
            <Field key={period} label={PERIOD_LABELS[period]} error={errors[`limit_${period}`]}>
              <Input
                inputMode="decimal"
                placeholder="No limit"
                autoComplete="off"
                value={form.limits[period]}
                onChange={(event) =>
                  onChange({ limits: { ...form.limits, [period]: event.target.value } })
                }
              />
            </Field>
          ))}
        </div>
        <p className="mt-1 text-sm text-muted">
          A limit holds: a request that could pass it is refused before it costs anything.
        </p>
      </fieldset>
      <Field
        label="Works through"
        hint="Empty: until it is revoked."
        error={errors.lastDay}
        className="sm:w-56"
      >
        <Input
          type="date"
          value={form.lastDay}
          onChange={(event) => onChange({ lastDay: event.target.value })}
        />
      </Field>
      {isNew && (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-sm font-medium">What it is for</legend>
          <Checkbox
            label="Test key"
            hint="An echo answers: free, and seen by no provider."
            isChecked={form.isTest}
            onChange={(isTest) => onChange({ isTest })}
          />
          <Checkbox
            label="Management key"
            hint="Manages the account through the API, and sends no request to models."
            isChecked={form.isManagement}
            onChange={(isManagement) => onChange({ isManagement })}
          />
        </fieldset>
      )}
      <Restrictions form={form} errors={errors} onChange={onChange} />
    </div>
  );
}

function Restrictions({ form, errors, onChange }: Omit<KeyFieldsProps, 'isNew'>) {
  const isRestricted =
    form.models !== '' || form.addresses !== '' || form.apis.length > 0 || form.isNeverStoredOnly;
  const counts = [
    ['requestsPerMinute', 'Requests a minute'],
    ['tokensPerMinute', 'Tokens a minute'],
    ['concurrentRequests', 'At the same time'],
  ] as const;
  return (
    <details open={isRestricted || undefined} className="rounded-md border border-line">
      <summary className="cursor-pointer px-3 py-2 font-medium">
        Restrict models, APIs, addresses and rates
      </summary>
      <div className="flex flex-col gap-4 border-t border-line p-3">
        <Field label="Models" hint="Ids, one a line. Empty: every model." error={errors.models}>
          <TextArea
            value={form.models}
            spellCheck={false}
            onChange={(event) => onChange({ models: event.target.value })}
          />
        </Field>
        <Checkbox
          label="Only models whose content is never stored"
          isChecked={form.isNeverStoredOnly}
          onChange={(isNeverStoredOnly) => onChange({ isNeverStoredOnly })}
        />
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
          <legend className="mb-1 text-sm font-medium">APIs (none chosen: all)</legend>
          {KEY_APIS.map((api) => (
            <Checkbox
              key={api}
              label={API_LABELS[api]}
              isChecked={form.apis.includes(api)}
              onChange={(isChosen) =>
                onChange({
                  apis: KEY_APIS.filter((each) =>
                    each === api ? isChosen : form.apis.includes(each),
                  ),
                })
              }
            />
          ))}
        </fieldset>
        <Field
          label="Addresses"
          hint="IP addresses and networks such as 203.0.113.0/24, one a line. Empty: from everywhere."
          error={errors.addresses}
        >
          <TextArea
            value={form.addresses}
            spellCheck={false}
            onChange={(event) => onChange({ addresses: event.target.value })}
          />
        </Field>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
          {counts.map(([field, label]) => (
            <Field key={field} label={label} error={errors[field]}>
              <Input
                inputMode="numeric"
                placeholder="As the plan"
                autoComplete="off"
                value={form[field]}
                onChange={(event) => onChange({ [field]: event.target.value })}
              />
            </Field>
          ))}
        </div>
      </div>
    </details>
  );
}
