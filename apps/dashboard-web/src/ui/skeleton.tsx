import { classes } from './classes.js';

/** In the place, and of the size, of what is being loaded. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={classes('pulse-slowly block rounded bg-sunken', className)} />
  );
}

/** Lines of a list or table that is being loaded. */
export function SkeletonRows({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-3 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className={classes('h-4', row % 3 === 2 ? 'w-2/3' : 'w-full')} />
      ))}
    </div>
  );
}
