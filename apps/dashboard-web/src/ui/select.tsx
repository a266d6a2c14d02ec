import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.js';
import { itemClasses, popupClasses } from './popup.js';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Beside the label in the list, such as a price. */
  readonly note?: ReactNode;
}

interface SelectProps<T extends string> {
  /** Read out; leave it out within a Field, whose label names it. */
  readonly label?: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options, onChange, disabled, className } = props;
  return (
    <Base.Root
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Base.Trigger
        aria-label={label}
        className={classes(
          'inline-flex h-8 min-w-0 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-base text-text hover:bg-sunken',
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="text-muted">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className={popupClasses('min-w-(--anchor-width)')}>
            <Base.List className="max-h-80 overflow-y-auto">
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={itemClasses()}>
                  <span className="w-4 shrink-0">
                    <Base.ItemIndicator>
                      <Check aria-hidden className="size-4" />
                    </Base.ItemIndicator>
                  </span>
                  <Base.ItemText className="min-w-0 truncate">{option.label}</Base.ItemText>
                  {option.note !== undefined && (
                    <span className="ml-auto pl-3 text-sm text-muted">{option.note}</span>
                  )}
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
