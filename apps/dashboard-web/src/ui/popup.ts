import { classes } from './classes.js';

/** The looks of what opens over the page: menus, lists, popovers. */
export function popupClasses(...more: readonly (string | undefined)[]): string {
  return classes(
    'max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-raised p-1 text-text shadow-pop outline-none',
    'transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0',
    ...more,
  );
}

export function itemClasses(...more: readonly (string | undefined)[]): string {
  return classes(
    'flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-base no-underline outline-none select-none',
    'data-disabled:opacity-50 data-highlighted:bg-sunken',
    ...more,
  );
}
