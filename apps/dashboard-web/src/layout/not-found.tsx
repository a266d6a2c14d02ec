import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { buttonClasses } from '../ui/button.js';
import { EmptyState } from '../ui/empty-state.js';

export function NotFound() {
  return (
    <>
      <title>Not found · ModelBridge</title>
      <EmptyState
        icon={<SearchX className="size-8" />}
        title="There is no such page"
        action={
          <Link to="/" className={buttonClasses('primary')}>
            Go to the overview
          </Link>
        }
      >
        The address may be mistyped, or what it led to has been deleted.
      </EmptyState>
    </>
  );
}
