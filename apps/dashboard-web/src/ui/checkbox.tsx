import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check } from 'lucide-react';
import { useId, type ReactNode } from 'react';

const BOX =
  'flex size-4.5 shrink-0 items-center justify-center rounded border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50';

interface CheckboxProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly disabled?: boolean;
}

export function Checkbox({ label, hint, isChecked, onChange, disabled }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <Base.Root
        id={id}
        checked={isChecked}
        disabled={disabled}
        onCheckedChange={(checked) => onChange(checked)}
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
        className={`mt-0.5 ${BOX}`}
      >
        <Base.Indicator>
          <Check aria-hidden className="size-3.5 text-on-accent" />
        </Base.Indicator>
      </Base.Root>
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

interface CheckboxCellProps {
  /** Read out; what it chooses stands beside it. */
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** In a row of a table. */
export function CheckboxCell({ label, isChecked, onChange }: CheckboxCellProps) {
  return (
    <Base.Root
      aria-label={label}
      checked={isChecked}
      onCheckedChange={(checked) => onChange(checked)}
      className={BOX}
    >
      <Base.Indicator>
        <Check aria-hidden className="size-3.5 text-on-accent" />
      </Base.Indicator>
    </Base.Root>
  );
}
