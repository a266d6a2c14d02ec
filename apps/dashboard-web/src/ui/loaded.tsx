import type { ReactNode } from 'react';
import { ErrorNote } from './error-note.js';
import { SkeletonRows } from './skeleton.js';

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

interface LoadedProps<T> {
  readonly query: Asked<T>;
  /** What is loaded, as it stands in a sentence: "the exports". */
  readonly what: string;
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}

/** A part of a page, while it waits, where it failed, and when it is there. */
export function Loaded<T>({ query, what, rows = 3, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <SkeletonRows rows={rows} label={`Loading ${what}`} />;
  return (
    <div className="p-4">
      <ErrorNote
        error={query.error}
        what={`Could not load ${what}.`}
        retry={() => void query.refetch()}
      />
    </div>
  );
}
