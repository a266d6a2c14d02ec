import { Field as Base } from '@base-ui/react/field';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.js';

export function inputClasses(...more: readonly (string | undefined)[]): string {
  return classes(
    'block w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-base text-text placeholder:text-muted',
    'h-8 aria-invalid:border-danger data-invalid:border-danger disabled:opacity-60',
    ...more,
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong and how to mend it. */
  readonly error?: string;
  readonly className?: string;
  /** An Input, TextArea, Select, Switch or Checkbox; the label names it. */
  readonly children: ReactNode;
}

export function Field({ label, hint, error, className, children }: FieldProps) {
  return (
    <Base.Root invalid={error !== undefined} className={classes('min-w-0', className)}>
      <Base.Label className="mb-1 block text-sm font-medium">{label}</Base.Label>
      {children}
      {hint !== undefined && (
        <Base.Description className="mt-1 text-sm text-muted">{hint}</Base.Description>
      )}
      <Base.Error match={error !== undefined} className="mt-1 text-sm text-danger-text">
        {error}
      </Base.Error>
    </Base.Root>
  );
}

export function Input({
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'className'> & { className?: string }) {
  return <Base.Control {...rest} className={inputClasses(className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <Base.Control
      render={<textarea {...rest} />}
      className={inputClasses('h-auto min-h-20 py-1.5', className)}
    />
  );
}
