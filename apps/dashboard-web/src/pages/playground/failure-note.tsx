import { Link } from '@tanstack/react-router';
import { ApiError } from '../../api/api-error.js';
import { buttonClasses } from '../../ui/button.js';
import { ErrorNote } from '../../ui/error-note.js';
import type { Failure } from './conversation/entries.js';

interface FailureNoteProps {
  readonly failure: Failure;
  readonly requestId: string | undefined;
  readonly retry: (() => void) | undefined;
}

/** Why there is no answer, and the way to where that is mended. */
export function FailureNote({ failure, requestId, retry }: FailureNoteProps) {
  const error = new ApiError(failure.message, { code: failure.code, requestId });
  return (
    <div className="flex flex-col gap-2">
      <ErrorNote error={error} retry={retry} />
      {failure.code === 'insufficient_quota' && (
        <Link
          to="/billing"
          search={({ account }) => ({ account })}
          className={`${buttonClasses('plain', 'small')} self-start`}
        >
          See balance and limits
        </Link>
      )}
    </div>
  );
}
