import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.js';

interface TableProps {
  /** What it lists; read out. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A table of some hundred rows; longer ones are virtual. On a narrow screen it scrolls in its own box. */
export function Table({ label, children }: TableProps) {
  return (
    <div
      role="region"
      aria-label={label}
      // A box that scrolls is reached by keyboard.
      tabIndex={0}
      // What is hidden but for readers stays within it, too.
      className="relative w-full overflow-x-auto"
    >
      <table className="w-full border-collapse text-left text-base">{children}</table>
    </div>
  );
}

const CELL = 'px-4 py-2 first:pl-4 last:pr-4';

interface CellProps {
  /** Numbers stand at the right, digit below digit. */
  readonly isNumber?: boolean;
}

export function HeadCell({
  isNumber = false,
  className,
  ...rest
}: CellProps & ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={classes(
        CELL,
        'border-b border-line text-xs font-medium whitespace-nowrap text-muted',
        isNumber && 'text-right',
        className,
      )}
    />
  );
}

export function Cell({ isNumber = false, className, ...rest }: CellProps & ComponentProps<'td'>) {
  return (
    <td
      {...rest}
      className={classes(
        CELL,
        'border-b border-line align-middle',
        isNumber && 'tabular text-right whitespace-nowrap',
        className,
      )}
    />
  );
}
