import type { Key, SpendLimit } from '@modelbridge/dashboard-api';
import type { ReactNode } from 'react';
import { timeFromNow } from '../../format/time.js';
import { Badge } from '../../ui/badge.js';
import { usedOf, usedText } from '../../ui/limit-meter.js';
import { Meter } from '../../ui/meter.js';
import { VirtualTable, type Column } from '../../ui/virtual-table.js';
import { shareOf } from '../../charts/ticks.js';
import { STATES, stateOf } from './key-state.js';

interface KeysTableProps {
  readonly keys: readonly Key[];
  readonly isTeam: boolean;
  readonly nowMs: number;
  readonly openKey: string | undefined;
  readonly onOpen: (key: Key) => void;
  readonly onNearEnd: () => void;
  readonly footer?: ReactNode;
}

const keyOf = (key: Key) => key.key_id;

export function KeysTable({ keys, isTeam, nowMs, openKey, ...rest }: KeysTableProps) {
  const columns: Column<Key>[] = [
    { id: 'name', head: 'Name', width: 'minmax(7rem,2fr)', cell: (key) => <Name keyShown={key} /> },
    {
      id: 'state',
      head: 'State',
      width: '6.5rem',
      cell: (key) => {
        const { label, tone } = STATES[stateOf(key, nowMs)];
        return <Badge tone={tone}>{label}</Badge>;
      },
    },
    {
      id: 'limit',
      head: 'Limit',
      width: 'minmax(8rem,1.4fr)',
      isWide: true,
      cell: (key) => <NearestLimit limits={key.limits} />,
    },
    {
      id: 'maker',
      head: 'Made by',
      width: 'minmax(6rem,1fr)',
      isWide: true,
      cell: (key) => key.user_name ?? '–',
    },
    {
      id: 'used',
      head: 'Last used',
      width: '8rem',
      cell: (key) => (
        <span className="text-muted">
          {key.last_used_at === null ? 'Never' : timeFromNow(key.last_used_at, nowMs)}
        </span>
      ),
    },
  ];
  return (
    <VirtualTable
      label="Keys"
      columns={columns.filter(({ id }) => isTeam || id !== 'maker')}
      rows={keys}
      keyOf={keyOf}
      openKey={openKey}
      {...rest}
    />
  );
}

function Name({ keyShown }: { keyShown: Key }) {
  const { name, public_id, is_test, scope } = keyShown;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate font-medium">{name}</span>
      {is_test && <Badge>test</Badge>}
      {scope === 'management' && <Badge tone="accent">management</Badge>}
      <code className="hidden truncate font-mono text-xs text-muted lg:inline">{public_id}…</code>
    </span>
  );
}

/** The one that is used up first. */
function NearestLimit({ limits }: { limits: readonly SpendLimit[] }) {
  const [nearest] = limits.toSorted((a, b) => shareUsed(b) - shareUsed(a));
  if (nearest === undefined) return <span className="text-muted">No limit</span>;
  const text = usedText(nearest);
  return (
    <span className="flex flex-col gap-1 pr-2">
      <span className="tabular text-xs text-muted">{text}</span>
      <Meter
        label="Used of the limit"
        used={usedOf(nearest)}
        of={BigInt(nearest.limit_nano_usd)}
        text={text}
      />
    </span>
  );
}

function shareUsed(limit: SpendLimit): number {
  const most = BigInt(limit.limit_nano_usd);
  return most === 0n ? 1 : shareOf(usedOf(limit), most);
}
