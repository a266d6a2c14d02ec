import { Field, Input } from '../../ui/input.js';

interface DollarsFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** As the person types it. */
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** An amount of dollars. It is text: money never is a number. */
export function DollarsField({ label, hint, value, error, onChange }: DollarsFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      <Input
        value={value}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.00"
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
