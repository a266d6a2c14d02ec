import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classes } from './classes.js';
import { itemClasses, popupClasses } from './popup.js';
import type { Option } from './select.js';

interface MultiSelectProps {
  /** What is chosen, such as "Model". */
  readonly label: string;
  readonly values: readonly string[];
  readonly options: readonly Option<string>[];
  /** Nothing chosen: everything. */
  readonly onChange: (values: string[]) => void;
  readonly className?: string;
}

export function MultiSelect({ label, values, options, onChange, className }: MultiSelectProps) {
  const nameOf = (value: string) =>
    options.find((option) => option.value === value)?.label ?? value;
  return (
    <Base.Root
      multiple
      items={options}
      value={[...values]}
      onValueChange={(next) => onChange(next)}
    >
      <Base.Trigger
        aria-label={label}
        className={classes(
          'inline-flex h-8 min-w-0 items-center justify-between gap-2 rounded-md border px-2.5 text-base hover:bg-sunken',
          values.length > 0
            ? 'border-accent bg-accent-soft text-accent-text'
            : 'border-line-strong bg-surface text-text',
          className,
        )}
      >
        <Base.Value className="truncate">
          {(chosen: string[]) =>
            chosen.length === 0
              ? label
              : chosen.length === 1
                ? nameOf(chosen[0] ?? '')
                : `${label}: ${chosen.length}`
          }
        </Base.Value>
        <Base.Icon>
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className={popupClasses('min-w-(--anchor-width)')}>
            <Base.List className="max-h-80 max-w-80 overflow-y-auto">
              {options.length === 0 && (
                <p className="px-3 py-2 text-sm text-muted">Nothing to choose from yet.</p>
              )}
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={itemClasses()}>
                  <span className="w-4 shrink-0">
                    <Base.ItemIndicator>
                      <Check aria-hidden className="size-4" />
                    </Base.ItemIndicator>
                  </span>
                  <Base.ItemText className="min-w-0 truncate">{option.label}</Base.ItemText>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
