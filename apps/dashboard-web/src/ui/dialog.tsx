import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonClasses } from './button.js';
import { classes } from './classes.js';
import { useIsWide } from './use-is-wide.js';

const BACKDROP =
  'fixed inset-0 z-40 bg-backdrop transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0';

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly isWide?: boolean;
  /** Closed by its own buttons alone: what it shows cannot be seen again. */
  readonly isSticky?: boolean;
}

/** A dialog in the middle; on a phone at the bottom. */
export function Dialog(props: DialogProps) {
  return (
    <Popup
      {...props}
      className={classes(
        'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-xl bg-raised shadow-pop sm:inset-auto sm:top-1/2 sm:left-1/2',
        'sm:max-h-[85dvh] sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl',
        'border border-line transition-[opacity,scale] duration-150 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0',
        props.isWide === true ? 'sm:max-w-3xl' : 'sm:max-w-lg',
      )}
    />
  );
}

/**
 * A panel at the right edge; on a phone the whole screen. `isBeside`: where there is room the page beside it stays in
 * use, so that one row after another can be looked at.
 */
export function SidePanel(props: DialogProps & { readonly isBeside?: boolean }) {
  const isWide = useIsWide();
  return (
    <Popup
      {...props}
      isModal={props.isBeside !== true || !isWide}
      className="fixed inset-y-0 right-0 z-50 flex w-full flex-col border-l border-line bg-raised shadow-pop transition-[translate] duration-200 data-ending-style:translate-x-full data-starting-style:translate-x-full sm:w-[30rem] lg:w-[36rem]"
    />
  );
}

interface PopupProps extends DialogProps {
  readonly className: string;
  readonly isModal?: boolean;
}

function Popup(props: PopupProps) {
  const { isOpen, onClose, title, description, children, className } = props;
  const { isSticky = false, isModal = true } = props;
  return (
    <Base.Root
      open={isOpen}
      modal={isModal}
      disablePointerDismissal={isSticky || !isModal}
      onOpenChange={(open, { reason, cancel }) => {
        if (open) return;
        if (isSticky && reason === 'escape-key') cancel();
        else onClose();
      }}
    >
      <Base.Portal>
        {isModal && <Base.Backdrop className={BACKDROP} />}
        <Base.Popup className={className}>
          <header className="flex items-start justify-between gap-4 border-b border-line px-5 py-3.5">
            <div className="min-w-0">
              <Base.Title className="text-lg font-semibold break-words">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className="mt-0.5 text-sm text-muted">
                  {description}
                </Base.Description>
              )}
            </div>
            {!isSticky && (
              <Base.Close aria-label="Close" className={buttonClasses('quiet', 'icon')}>
                <X aria-hidden className="size-4" />
              </Base.Close>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
