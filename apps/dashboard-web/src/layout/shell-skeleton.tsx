import { Skeleton, SkeletonRows } from '../ui/skeleton.js';

/** While it is not known yet who is signed in. */
export function ShellSkeleton() {
  return (
    <div className="flex min-h-dvh">
      <div className="hidden w-56 border-r border-line p-4 md:block">
        <Skeleton className="h-8" />
      </div>
      <main className="mx-auto w-full max-w-7xl p-4 md:p-6">
        <Skeleton className="mb-4 h-7 w-40" />
        <SkeletonRows />
      </main>
    </div>
  );
}
