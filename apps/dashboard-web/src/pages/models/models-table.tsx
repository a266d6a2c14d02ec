import type { Model } from '@modelbridge/dashboard-api';
import type { ReactNode } from 'react';
import { exactMoney } from '../../format/money.js';
import { readableCount, readableDuration } from '../../format/numbers.js';
import { perMillion } from '../../catalog/price.js';
import { Badge } from '../../ui/badge.js';
import { VirtualTable, type Column } from '../../ui/virtual-table.js';
import { healthOf, quickestMs } from './health.js';

interface ModelsTableProps {
  readonly models: readonly Model[];
  readonly openId: string | undefined;
  readonly onOpen: (model: Model) => void;
  readonly footer: ReactNode;
}

export function ModelsTable({ models, openId, ...rest }: ModelsTableProps) {
  return (
    <VirtualTable
      label="Models"
      columns={COLUMNS}
      rows={models}
      keyOf={({ model_id }) => model_id}
      openKey={openId}
      {...rest}
    />
  );
}

const COLUMNS: readonly Column<Model>[] = [
  {
    id: 'name',
    head: 'Model',
    width: 'minmax(9rem,2fr)',
    cell: ({ name, model_id }) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="truncate font-medium">{name}</span>
        <code className="hidden truncate font-mono text-xs text-muted xl:inline">{model_id}</code>
      </span>
    ),
  },
  {
    id: 'context',
    head: 'Context',
    width: '5.5rem',
    isNumber: true,
    isWide: true,
    cell: ({ context_window_tokens: tokens }) => readableCount(tokens),
  },
  {
    id: 'input',
    head: 'Input /M',
    width: '5.5rem',
    isNumber: true,
    cell: (model) => price(model, 'input_pico_usd'),
  },
  {
    id: 'output',
    head: 'Output /M',
    width: '6rem',
    isNumber: true,
    cell: (model) => price(model, 'output_pico_usd'),
  },
  {
    id: 'cache',
    head: 'Cached /M',
    width: '6rem',
    isNumber: true,
    isWide: true,
    cell: (model) => price(model, 'cache_read_pico_usd'),
  },
  {
    id: 'content',
    head: 'Content',
    width: '9rem',
    isWide: true,
    cell: ({ content }) =>
      content === 'never' ? (
        <Badge tone="good">Never stored</Badge>
      ) : (
        <span className="text-muted">At most 30 days</span>
      ),
  },
  {
    id: 'first-byte',
    head: 'First byte',
    width: '6rem',
    isNumber: true,
    isWide: true,
    cell: (model) => {
      const ms = quickestMs(model);
      return ms === undefined ? <span className="text-muted">–</span> : readableDuration(ms);
    },
  },
  {
    id: 'health',
    head: 'Health',
    width: '8rem',
    isWide: true,
    cell: (model) => {
      const { label, tone } = healthOf(model);
      return <Badge tone={tone}>{label}</Badge>;
    },
  },
];

function price(
  model: Model,
  member: 'input_pico_usd' | 'output_pico_usd' | 'cache_read_pico_usd',
): ReactNode {
  const [tier] = model.price.tiers;
  if (tier === undefined) return '–';
  const isTiered = model.price.tiers.length > 1;
  return (
    <span title={isTiered ? 'More for a long input: open the model' : undefined}>
      {exactMoney(perMillion(tier[member]))}
      {isTiered && '+'}
    </span>
  );
}
