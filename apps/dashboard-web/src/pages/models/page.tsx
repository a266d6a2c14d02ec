import type { Model } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { catalogQuery } from '../../catalog/queries.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Checkbox } from '../../ui/checkbox.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { inputClasses } from '../../ui/input.js';
import { Page } from '../../ui/page.js';
import { Select } from '../../ui/select.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { ModelPanel } from './model-panel.js';
import { ModelsTable } from './models-table.js';
import { SORTS, type ModelsSearch, type Sort } from './search.js';
import { selectModels } from './select-models.js';

const modelsRoute = getRouteApi('/shell/models');

const SORT_LABELS: Record<Sort, string> = {
  catalog: 'By vendor',
  input: 'Cheapest input',
  output: 'Cheapest output',
  context: 'Longest context',
  newest: 'Newest',
};

export function ModelsPage() {
  const search = modelsRoute.useSearch();
  const navigate = modelsRoute.useNavigate();
  const catalog = useQuery(catalogQuery);
  const change = (part: ModelsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: !('model' in part) });
  const open = catalog.data?.items.find(({ model_id }) => model_id === search.model);
  return (
    <Page
      title="Models"
      description="What can be called, what it costs for a million tokens, and how it does."
    >
      {catalog.data === undefined && catalog.error !== null ? (
        <ErrorNote
          error={catalog.error}
          what="The models could not be loaded."
          retry={() => void catalog.refetch()}
        />
      ) : (
        <Card isFlush>
          <Filters search={search} onChange={change} />
          {catalog.data === undefined ? (
            <SkeletonRows rows={12} label="Loading models" />
          ) : (
            <List models={catalog.data.items} search={search} onChange={change} />
          )}
        </Card>
      )}
      <ModelPanel model={open} onClose={() => change({ model: undefined })} />
    </Page>
  );
}

interface PartProps {
  readonly search: ModelsSearch;
  readonly onChange: (part: ModelsSearch) => void;
}

function Filters({ search, onChange }: PartProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line p-3">
      <input
        type="search"
        aria-label="Find a model by name"
        placeholder="Find a model"
        maxLength={200}
        value={search.find ?? ''}
        onChange={({ target }) => onChange({ find: target.value || undefined })}
        className={inputClasses('sm:max-w-64')}
      />
      <Checkbox
        label="Content is never stored"
        isChecked={search.never === 1}
        onChange={(isChecked) => onChange({ never: isChecked ? 1 : undefined })}
      />
      <Checkbox
        label="Takes images"
        isChecked={search.images === 1}
        onChange={(isChecked) => onChange({ images: isChecked ? 1 : undefined })}
      />
      <Select
        label="Order"
        className="w-full sm:ml-auto sm:w-44"
        value={search.sort ?? 'catalog'}
        options={SORTS.map((value) => ({ value, label: SORT_LABELS[value] }))}
        onChange={(sort) => onChange({ sort: sort === 'catalog' ? undefined : sort })}
      />
    </div>
  );
}

function List({ models, search, onChange }: PartProps & { readonly models: readonly Model[] }) {
  const found = selectModels(models, search);
  if (found.length > 0) {
    return (
      <ModelsTable
        models={found}
        openId={search.model}
        onOpen={({ model_id }) => onChange({ model: model_id })}
        footer={`${found.length} of ${models.length} models`}
      />
    );
  }
  return (
    <EmptyState
      icon={<Boxes className="size-8" />}
      title="No model is like that"
      action={
        <Button onClick={() => onChange({ find: undefined, never: undefined, images: undefined })}>
          Show all models
        </Button>
      }
    >
      Take away a filter, or look for a vendor’s name.
    </EmptyState>
  );
}
