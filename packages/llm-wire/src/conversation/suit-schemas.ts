import type { JsonObject } from '../json.js';
import {
  anthropicStrict,
  STRICT_BOUNDS,
  strictCost,
  type StrictCost,
} from '../schemas/anthropic-strict.js';
import { currentDraft } from '../schemas/current-draft.js';
import { objectSchema } from '../schemas/object-schema.js';
import { openAiStrict } from '../schemas/openai-strict.js';
import { type SentKeys, withSentKeys, withTakenKeys } from '../schemas/property-keys.js';
import { mapParts } from './map-parts.js';
import type { ConversationRequest, OutputFormat, Tool } from './request.js';
import type { Ignorable, UpstreamProfile } from './upstream-profile.js';

type Ignore = (field: Ignorable) => void;
type JsonSchemaFormat = Extract<OutputFormat, { type: 'json_schema' }>;

/** Who reads a request's schemas; servers of open models take any. */
type SchemaVendor = 'anthropic' | 'openai' | undefined;

function vendorOf({ format, dialect }: UpstreamProfile): SchemaVendor {
  if (format === 'messages') return 'anthropic';
  return dialect === 'vllm' ? undefined : 'openai';
}

/** Schemas that Anthropic enforces in one request: all of them together are bounded. */
export class StrictSchemas {
  private readonly cost: StrictCost = { optional: 0, unions: 0 };
  private tools = 0;

  /** The schema as it is enforced; undefined where it cannot be. */
  take(schema: JsonObject, ofTool: boolean): JsonObject | undefined {
    const strict = anthropicStrict(schema);
    if (strict === undefined) return undefined;
    const { optional, unions } = strictCost(strict);
    if (this.cost.optional + optional > STRICT_BOUNDS.optional) return undefined;
    if (this.cost.unions + unions > STRICT_BOUNDS.unions) return undefined;
    if (ofTool && this.tools === STRICT_BOUNDS.tools) return undefined;
    this.cost.optional += optional;
    this.cost.unions += unions;
    if (ofTool) this.tools++;
    return strict;
  }
}

/** The schema of an answer as Anthropic enforces it; undefined where a tool must stand in for it. */
export function nativeFormat(
  format: OutputFormat,
  upstream: UpstreamProfile,
  schemas: StrictSchemas,
): JsonSchemaFormat | undefined {
  // A schema that is not strict may use what Anthropic's own structured output refuses.
  if (format.type !== 'json_schema' || !format.strict) return undefined;
  if (upstream.structuredOutput !== 'native') return undefined;
  const schema = schemas.take(format.schema, false);
  return schema && { ...format, schema };
}

/**
 * Schemas that the upstream takes. `keys` are those of a tool's properties, as sent and as the caller
 * knows them, by the tool's name as sent. What cannot be enforced there goes unenforced, and is named.
 */
export function suitSchemas(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  schemas: StrictSchemas,
  ignore: Ignore,
): { request: ConversationRequest; keys: ReadonlyMap<string, SentKeys> } {
  const vendor = vendorOf(upstream);
  const keys = new Map<string, SentKeys>();
  if (vendor === undefined) return { request, keys };
  const strictly = (schema: JsonObject): JsonObject | undefined =>
    vendor === 'anthropic' ? schemas.take(schema, true) : openAiStrict(schema);
  const tools = request.tools.map((tool): Tool => {
    if (tool.freeform) return tool;
    let schema = objectSchema(tool.schema);
    if (vendor === 'anthropic') {
      const taken = withTakenKeys(schema);
      if (taken.keys.size > 0) keys.set(tool.name, taken.keys);
      schema = taken.schema;
    }
    if (tool.strict !== true) return { ...tool, schema };
    const strict = strictly(schema);
    if (strict !== undefined) return { ...tool, schema: strict };
    ignore('toolStrict');
    return { ...tool, schema, strict: vendor === 'openai' ? false : undefined };
  });
  const format = vendor === 'openai' ? openAiFormat(request.format, ignore) : request.format;
  const suited = { ...request, tools, format };
  if (keys.size === 0) return { request: suited, keys };
  const withKeys = mapParts(suited, (part) => {
    const sent = part.kind === 'tool_call' ? keys.get(part.name) : undefined;
    if (sent === undefined || part.kind !== 'tool_call') return part;
    return { ...part, input: withSentKeys(part.input, sent) };
  });
  return { request: withKeys, keys };
}

function openAiFormat(format: OutputFormat | undefined, ignore: Ignore): OutputFormat | undefined {
  if (format?.type !== 'json_schema') return format;
  const schema = currentDraft(format.schema);
  if (!format.strict) return { ...format, schema };
  const strict = openAiStrict(schema);
  if (strict === undefined) ignore('formatStrict');
  return { ...format, schema: strict ?? schema, strict: strict !== undefined };
}
