import type { RequestRow } from '@modelbridge/dashboard-api';
import type { ReactNode } from 'react';
import { readableCount, readableDuration } from '../../format/numbers.js';
import { Badge } from '../../ui/badge.js';
import { Cost, Time } from '../../ui/values.js';
import { VirtualTable, type Column } from '../../ui/virtual-table.js';
import { durationMs, inputOf, outcomeLabel, toneOf } from './request-state.js';

const COLUMNS: readonly Column<RequestRow>[] = [
  {
    id: 'time',
    head: 'Time',
    width: '9.5rem',
    cell: (row) => <Time at={row.created_at} style="second" isPlain />,
  },
  { id: 'model', head: 'Model', width: 'minmax(6rem,2fr)', cell: (row) => row.model },
  {
    id: 'status',
    head: 'Status',
    width: '5rem',
    cell: (row) => (
      <span title={outcomeLabel(row.outcome)}>
        <Badge tone={toneOf(row)}>{row.status}</Badge>
      </span>
    ),
  },
  {
    id: 'key',
    head: 'Key',
    width: 'minmax(5rem,1fr)',
    isWide: true,
    cell: (row) => row.key_name ?? row.key_id,
  },
  {
    id: 'tokens',
    head: 'In / out',
    width: '8rem',
    isNumber: true,
    isWide: true,
    cell: (row) => `${readableCount(inputOf(row))} / ${readableCount(row.output_tokens)}`,
  },
  {
    id: 'first',
    head: 'First token',
    width: '6.5rem',
    isNumber: true,
    isWide: true,
    cell: ({ time_to_first_token_ms: ms }) => (ms === null ? '–' : readableDuration(ms)),
  },
  {
    id: 'whole',
    head: 'Whole',
    width: '6rem',
    isNumber: true,
    isWide: true,
    cell: (row) => readableDuration(durationMs(row)),
  },
  {
    id: 'cost',
    head: 'Cost',
    width: '6.5rem',
    isNumber: true,
    cell: (row) => <Cost nanoUsd={row.cost_nano_usd} />,
  },
];

/** On a phone the day is left to the panel. */
const NARROW_TIME: Column<RequestRow> = {
  id: 'time',
  head: 'Time',
  width: '5.5rem',
  cell: (row) => <Time at={row.created_at} style="clockSeconds" isPlain />,
};

const keyOf = (row: RequestRow) => row.id;

interface RequestsTableProps {
  readonly rows: readonly RequestRow[];
  readonly isWide: boolean;
  readonly openId: string | undefined;
  readonly onOpen: (row: RequestRow) => void;
  readonly onNearEnd: () => void;
  readonly footer: ReactNode;
}

export function RequestsTable({ isWide, openId, ...rest }: RequestsTableProps) {
  const columns = isWide ? COLUMNS : [NARROW_TIME, ...COLUMNS.slice(1)];
  return (
    <VirtualTable label="Requests" columns={columns} keyOf={keyOf} openKey={openId} {...rest} />
  );
}
