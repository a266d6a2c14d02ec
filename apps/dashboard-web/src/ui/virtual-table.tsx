import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { classes } from './classes.js';
import { useIsWide } from './use-is-wide.js';

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** A track of CSS grid, such as `minmax(8rem,1fr)`. */
  readonly width: string;
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isWide?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen: (row: Row) => void;
  /** The row that is open beside the table. */
  readonly openKey?: string;
  /** Called when the end comes into view: more may be loaded. */
  readonly onNearEnd?: () => void;
  /** Below the last row: that more is loaded, or that there is none. */
  readonly footer?: ReactNode;
}

const ROW_HEIGHT = 40;
const OVERSCAN = 10;
/** Rows before the end. */
const NEAR = 20;

/**
 * A table of any length: what is out of sight is not in the document. Arrow keys, Home, End, Page Up and Page Down
 * move through it, Enter opens a row. Rows that are put in front of those in view do not move them.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, onOpen, openKey, onNearEnd, footer } = props;
  const shown = useShownColumns(columns);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [activeKey, setActiveKey] = useState<string>();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = last >= rows.length - NEAR;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, rows.length, onNearEnd]);
  useStandingRows(scroller, rows, keyOf);

  const activeIndex = rows.findIndex((row) => keyOf(row) === activeKey);
  const move = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const active = rows[activeIndex];
    if (event.key === 'Enter' && active !== undefined) return onOpen(active);
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1;
    const next = indexAfterKey(event.key, activeIndex, rows.length, page);
    const row = next === undefined ? undefined : rows[next];
    if (next === undefined || row === undefined) return;
    event.preventDefault();
    setActiveKey(keyOf(row));
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const template = { gridTemplateColumns: shown.map(({ width }) => width).join(' ') };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={activeIndex < 0 ? undefined : `${id}${activeKey}`}
      tabIndex={0}
      onKeyDown={move}
      className="max-h-[max(24rem,calc(100dvh-15rem))] overflow-y-auto overscroll-contain"
    >
      <div
        role="row"
        aria-rowindex={1}
        className="sticky top-0 z-10 grid h-9 items-center border-b border-line bg-surface text-xs font-medium text-muted"
        style={template}
      >
        {shown.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            className={classes(
              'truncate px-3 first:pl-4 last:pr-4',
              column.isNumber && 'text-right',
            )}
          >
            {column.head}
          </div>
        ))}
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const key = keyOf(row);
          return (
            <div
              key={key}
              id={`${id}${key}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={key === openKey}
              onClick={() => {
                setActiveKey(key);
                onOpen(row);
              }}
              className={classes(
                'absolute inset-x-0 grid h-10 cursor-default items-center border-b border-line hover:bg-sunken aria-selected:bg-accent-soft',
                index === activeIndex && 'outline-2 -outline-offset-2 outline-accent',
              )}
              style={{ ...template, transform: `translateY(${start}px)` }}
            >
              {shown.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={classes(
                    'min-w-0 truncate px-3 first:pl-4 last:pr-4',
                    column.isNumber && 'tabular text-right',
                  )}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      {footer !== undefined && (
        <div role="row">
          <div role="gridcell" className="px-4 py-3 text-sm text-muted">
            {footer}
          </div>
        </div>
      )}
    </div>
  );
}

function useShownColumns<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const isWide = useIsWide();
  return columns.filter((column) => isWide || column.isWide !== true);
}

function indexAfterKey(
  key: string,
  active: number,
  count: number,
  page: number,
): number | undefined {
  const within = (index: number) => Math.max(0, Math.min(count - 1, index));
  switch (key) {
    case 'ArrowDown':
      return within(active + 1);
    case 'ArrowUp':
      return within(active - 1);
    case 'PageDown':
      return within(active + page);
    case 'PageUp':
      return within(active - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Who has scrolled down goes on reading the same rows while new ones are put in front. */
function useStandingRows<Row>(
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): void {
  const firstKey = useRef<string>(undefined);
  useLayoutEffect(() => {
    const [first] = rows;
    const element = scroller.current;
    const before = firstKey.current;
    firstKey.current = first === undefined ? undefined : keyOf(first);
    if (element === null || before === undefined || element.scrollTop < ROW_HEIGHT) return;
    const added = rows.findIndex((row) => keyOf(row) === before);
    if (added > 0) element.scrollBy(0, added * ROW_HEIGHT);
  }, [rows, keyOf, scroller]);
}
