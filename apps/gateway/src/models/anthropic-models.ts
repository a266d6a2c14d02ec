import type { CatalogModel } from '../catalog/routing-table.js';
import { badField } from '../errors/request-error.js';
import { modelFacts } from './model-facts.js';

export interface PageQuery {
  limit?: unknown;
  after_id?: unknown;
  before_id?: unknown;
}

const pageSize = { usual: 20, most: 1_000 };
/** Claude Code lists only ids that begin so. */
const listedByClaudeCode = /^(claude|anthropic)/;

/** A model in Anthropic's shape, under one of its names. */
export function anthropicModel(model: CatalogModel, name: string): object {
  return {
    type: 'model',
    id: name,
    display_name: model.displayName,
    created_at: model.createdAt.toISOString().replace('.000Z', 'Z'),
    max_tokens: model.maxOutputTokens,
    lifecycle: 'active',
    // Anthropic's types want these, of which the catalog knows nothing.
    capabilities: null,
    line: null,
    deprecated_at: null,
    retires_at: null,
    ...modelFacts(model),
  };
}

/** A page of Anthropic's list. Models of other names are in it twice: as they are, and as an alias. */
export function anthropicPage(models: readonly CatalogModel[], query: PageQuery): object {
  const entries = models.flatMap((model) =>
    namesOf(model).map((name) => ({ name, json: anthropicModel(model, name) })),
  );
  const limit = limitOf(query.limit);
  const at = (id: unknown): number => entries.findIndex(({ name }) => name === id);
  const before = at(query.before_id);
  const start = before === -1 ? at(query.after_id) + 1 : Math.max(0, before - limit);
  const end = before === -1 ? start + limit : before;
  const page = entries.slice(start, end);
  return {
    data: page.map(({ json }) => json),
    has_more: before === -1 ? end < entries.length : start > 0,
    first_id: page[0]?.name ?? null,
    last_id: page.at(-1)?.name ?? null,
  };
}

function namesOf({ id, aliases }: CatalogModel): string[] {
  if (listedByClaudeCode.test(id)) return [id];
  return [id, ...aliases.filter((alias) => listedByClaudeCode.test(alias))];
}

function limitOf(given: unknown): number {
  if (given === undefined) return pageSize.usual;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= pageSize.most) return limit;
  throw badField('limit', `'limit' must be an integer from 1 to ${pageSize.most}.`);
}
