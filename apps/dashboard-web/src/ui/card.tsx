import type { ReactNode } from 'react';
import { classes } from './classes.js';

interface CardProps {
  readonly title?: ReactNode;
  /** Beside the title, at the right. */
  readonly actions?: ReactNode;
  readonly className?: string;
  /** Without padding around its content: for tables. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

export function Card({ title, actions, className, isFlush = false, children }: CardProps) {
  const Element = title === undefined ? 'div' : 'section';
  return (
    <Element className={classes('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {title !== undefined && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 px-4 pt-2">
          <h2 className="text-base font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className={isFlush ? '' : 'p-4'}>{children}</div>
    </Element>
  );
}
