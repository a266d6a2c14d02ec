import { TriangleAlert } from 'lucide-react';
import { ApiError } from '../api/api-error.js';
import { Button } from './button.js';

interface ErrorNoteProps {
  readonly error: Error;
  /** What could not be done, such as "The keys could not be loaded." */
  readonly what?: string;
  readonly retry?: () => void;
}

/** What happened, what to do, and the request id that support asks for. */
export function ErrorNote({ error, what, retry }: ErrorNoteProps) {
  const requestId = error instanceof ApiError ? error.details.requestId : undefined;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-start gap-3 rounded-md border border-line bg-danger-soft p-3 text-danger-text"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1 basis-60">
        {what !== undefined && <p className="font-semibold">{what}</p>}
        <p className="break-words">{messageOf(error)}</p>
        {requestId !== undefined && (
          <p className="mt-1 text-xs">
            Request <code className="font-mono break-all">{requestId}</code>
          </p>
        )}
      </div>
      {retry !== undefined && (
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A sentence for a person. What a program says of its own fault is none. */
export function messageOf(error: Error): string {
  return error instanceof ApiError
    ? error.message
    : 'This page failed. Reload it; if it fails again, tell support what you did.';
}
