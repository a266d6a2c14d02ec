import { Button } from './button.js';
import { ErrorNote } from './error-note.js';

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly error: Error | null;
  readonly fetchNextPage: () => unknown;
}

/** Below a list of pages, while there are more. */
export function LoadMore({ pages }: { pages: Pages }) {
  if (pages.error !== null) {
    return (
      <div className="p-4">
        <ErrorNote
          error={pages.error}
          what="The rest could not be loaded."
          retry={() => void pages.fetchNextPage()}
        />
      </div>
    );
  }
  if (!pages.hasNextPage) return null;
  return (
    <div className="flex justify-center p-3">
      <Button isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        Load more
      </Button>
    </div>
  );
}
