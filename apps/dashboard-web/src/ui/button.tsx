import type { ComponentProps } from 'react';
import { classes } from './classes.js';

/** `warning` leads to a question about what cannot be undone, `danger` does it. */
type Look = 'primary' | 'plain' | 'quiet' | 'warning' | 'danger';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  plain: 'bg-surface text-text border-line hover:bg-sunken',
  quiet: 'border-transparent text-muted hover:bg-sunken hover:text-text',
  warning: 'bg-surface text-danger-text border-line hover:bg-danger-soft',
  danger: 'bg-danger text-on-accent border-transparent hover:brightness-90',
};

export function buttonClasses(look: Look, size: 'small' | 'normal' | 'icon' = 'normal'): string {
  return classes(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none',
    'transition-colors disabled:opacity-50 aria-disabled:opacity-50',
    size === 'normal' && 'h-8 px-3 text-base',
    size === 'small' && 'h-7 px-2 text-sm',
    size === 'icon' && 'size-8',
    LOOKS[look],
  );
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look;
  readonly size?: 'small' | 'normal' | 'icon';
  /** What it started is not done yet: it cannot be pressed again, and says so. */
  readonly isBusy?: boolean;
}

export function Button({
  look = 'plain',
  size = 'normal',
  isBusy = false,
  className,
  disabled,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
      className={classes(buttonClasses(look, size), isBusy && 'pulse-slowly', className)}
    >
      {children}
    </button>
  );
}

/** A button that shows an icon alone: its name is read out, and seen on hover. */
export function IconButton({ label, ...rest }: ButtonProps & { readonly label: string }) {
  return <Button look="quiet" size="icon" aria-label={label} title={label} {...rest} />;
}
