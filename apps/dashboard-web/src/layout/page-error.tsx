import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorNote } from '../ui/error-note.js';

/** In the place of a page that failed; the navigation beside it stays. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto w-full max-w-2xl p-4">
      <title>Something failed · ModelBridge</title>
      <h1 className="mb-3 text-xl font-semibold">This page could not be shown</h1>
      <ErrorNote
        error={error instanceof Error ? error : new Error('Thrown without an Error.')}
        retry={reset}
      />
    </div>
  );
}
