import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { ApiError } from '../api/api-error.js';
import { buttonClasses } from './button.js';
import { classes } from './classes.js';
import { messageOf } from './error-note.js';

const SHOWN_MS = 5_000;

/** `toasts.add({ title })` tells that something was done. */
export const toasts = Toast.createToastManager();

/** Tells that something failed, until the person has read it. */
export function toastError(error: Error, title = 'That did not work'): void {
  const requestId = error instanceof ApiError ? error.details.requestId : undefined;
  const description = messageOf(error) + (requestId === undefined ? '' : ` (request ${requestId})`);
  toasts.add({ title, description, type: 'error', priority: 'high', timeout: 0 });
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={toasts} timeout={SHOWN_MS} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-3 bottom-3 z-60 flex flex-col gap-2 sm:right-4 sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={classes(
        'rounded-lg border border-line bg-raised shadow-pop transition-opacity duration-150 data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0',
        toast.type === 'error' && 'border-l-4 border-l-danger',
      )}
    >
      <Toast.Content className="flex items-start gap-3 p-3">
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-medium break-words" />
          <Toast.Description className="text-sm break-words text-muted" />
        </div>
        <Toast.Close aria-label="Close" className={buttonClasses('quiet', 'icon')}>
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
