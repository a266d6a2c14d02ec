import type { ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** At the right of the title: ranges, the page's main button. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What every page is made of: its title, and its parts one below the other. */
export function Page({ title, description, actions, children }: PageProps) {
  return (
    <>
      <title>{`${title} · ModelBridge`}</title>
      <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {description !== undefined && <p className="mt-0.5 text-muted">{description}</p>}
        </div>
        {actions !== undefined && (
          <div className="flex min-w-0 flex-wrap items-center gap-2">{actions}</div>
        )}
      </header>
      <div className="flex flex-col gap-4">{children}</div>
    </>
  );
}
