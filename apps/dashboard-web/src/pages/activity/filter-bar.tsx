import { OUTCOMES } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { SlidersHorizontal, X } from 'lucide-react';
import { useAccount } from '../../layout/use-account.js';
import { RANGE_LABELS } from '../../ranges/range.js';
import { Button } from '../../ui/button.js';
import { inputClasses, Field, Input } from '../../ui/input.js';
import { MultiSelect } from '../../ui/multi-select.js';
import { Popover } from '../../ui/popover.js';
import { Select } from '../../ui/select.js';
import { filtersQuery } from './queries.js';
import { apiLabel, outcomeLabel } from './request-state.js';
import { FILTER_MEMBERS, type ActivitySearch } from './search.js';

const activityRoute = getRouteApi('/shell/activity');

type Change = Partial<ActivitySearch>;

const RESULTS = [
  { value: 'all', label: 'Any result' },
  { value: 'ok', label: 'Successful' },
  { value: 'error', label: 'Errors' },
] as const;

const TIMES = [{ value: 'all' as const, label: 'Any time' }, ...RANGE_LABELS];

const options = (named: readonly { value: string; name: string }[] = []) =>
  named.map(({ value, name }) => ({ value, label: name }));

/** What the list is narrowed by; all of it is in the address. */
export function FilterBar() {
  const { account_id } = useAccount();
  const search = activityRoute.useSearch();
  const navigate = activityRoute.useNavigate();
  const { data: known } = useQuery(filtersQuery(account_id));
  const change = (part: Change) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const chosen = (values: string[]) => (values.length === 0 ? undefined : values);
  const isFiltered = FILTER_MEMBERS.some((member) => search[member as keyof Change] !== undefined);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        type="search"
        aria-label="Find by id"
        placeholder="req_…"
        value={search.id ?? ''}
        onChange={(event) => change({ id: event.target.value.trim() || undefined })}
        className={inputClasses('!w-40')}
      />
      <MultiSelect
        label="Model"
        values={search.model ?? []}
        options={options(known?.models)}
        onChange={(model) => change({ model: chosen(model) })}
      />
      <MultiSelect
        label="Key"
        values={search.key ?? []}
        options={options(known?.keys)}
        onChange={(key) => change({ key: chosen(key) })}
      />
      {(known?.members.length ?? 0) > 1 && (
        <MultiSelect
          label="Member"
          values={search.member ?? []}
          options={options(known?.members)}
          onChange={(member) => change({ member: chosen(member) })}
        />
      )}
      <Select
        label="Result"
        value={search.result ?? 'all'}
        options={RESULTS}
        onChange={(result) => change({ result: result === 'all' ? undefined : result })}
      />
      <Select
        label="Time"
        value={search.range ?? 'all'}
        options={TIMES}
        onChange={(range) => change(timeOf(range))}
      />
      {search.range === 'custom' && <Days search={search} change={change} />}
      <MoreFilters
        search={search}
        change={change}
        apis={options(known?.apis)}
        regions={options(known?.regions)}
      />
      {isFiltered && (
        <Button
          look="quiet"
          onClick={() =>
            change(Object.fromEntries(FILTER_MEMBERS.map((member) => [member, undefined])))
          }
        >
          <X aria-hidden className="size-4" />
          Clear
        </Button>
      )}
    </div>
  );
}

function timeOf(range: (typeof TIMES)[number]['value']): Change {
  if (range !== 'custom') {
    return { range: range === 'all' ? undefined : range, first: undefined, last: undefined };
  }
  const today = new Date().toISOString().slice(0, 10);
  return { range, first: today, last: today };
}

interface PartProps {
  readonly search: ActivitySearch;
  readonly change: (part: Change) => void;
}

function Days({ search, change }: PartProps) {
  return (
    <div className="flex items-center gap-1" title="Days of UTC">
      <input
        type="date"
        aria-label="First day"
        value={search.first ?? ''}
        onChange={(event) => change({ first: event.target.value || undefined })}
        className={inputClasses('!w-36')}
      />
      –
      <input
        type="date"
        aria-label="Last day"
        value={search.last ?? ''}
        onChange={(event) => change({ last: event.target.value || undefined })}
        className={inputClasses('!w-36')}
      />
    </div>
  );
}

type Options = ReturnType<typeof options>;

function MoreFilters({
  search,
  change,
  apis,
  regions,
}: PartProps & { apis: Options; regions: Options }) {
  const { api, region, outcome, least, most } = search;
  const count = [api, region, outcome, least, most].filter((value) => value !== undefined).length;
  const chosen = (values: string[]) => (values.length === 0 ? undefined : values);
  return (
    <Popover
      title="More filters"
      trigger={
        <Button>
          <SlidersHorizontal aria-hidden className="size-4" />
          More{count > 0 && ` (${count})`}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <MultiSelect
          label="API"
          className="w-full"
          values={api ?? []}
          options={apis.map(({ value }) => ({ value, label: apiLabel(value) }))}
          onChange={(values) => change({ api: chosen(values) })}
        />
        <MultiSelect
          label="Region"
          className="w-full"
          values={region ?? []}
          options={regions}
          onChange={(values) => change({ region: chosen(values) })}
        />
        <MultiSelect
          label="How it ended"
          className="w-full"
          values={outcome ?? []}
          options={OUTCOMES.map((value) => ({ value, label: outcomeLabel(value) }))}
          onChange={(values) => change({ outcome: chosen(values) })}
        />
        <div className="grid grid-cols-2 gap-2">
          <Field label="Cost from ($)">
            <Input
              inputMode="decimal"
              value={least ?? ''}
              onChange={(event) => change({ least: event.target.value || undefined })}
            />
          </Field>
          <Field label="to ($)">
            <Input
              inputMode="decimal"
              value={most ?? ''}
              onChange={(event) => change({ most: event.target.value || undefined })}
            />
          </Field>
        </div>
      </div>
    </Popover>
  );
}
