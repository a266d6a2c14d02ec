import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

interface TooltipProps {
  readonly text: ReactNode;
  /** Something that takes the keyboard's focus. */
  readonly children: ReactElement;
}

export function Tooltip({ text, children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={300} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-60">
          <Base.Popup className="max-w-80 rounded-md border border-line bg-raised px-2 py-1 text-sm text-text shadow-pop">
            {text}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** A value, rounded for reading, and the exact one for whoever points at it or comes to it with the keyboard. */
export function Exact({ exact, children }: { exact: string; children: ReactNode }) {
  return (
    <Tooltip text={<span className="tabular">{exact}</span>}>
      {/* A value is focused to be read in full, as the dotted line says. */}
      <button
        type="button"
        className="tabular cursor-help border-b border-dotted border-line-strong/60 text-left"
      >
        {children}
      </button>
    </Tooltip>
  );
}
