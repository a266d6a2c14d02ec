import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';
import { invalidRequest } from './anthropic-models.js';
import { checkInputSchema, checkStrictSchema, optionalMembers } from './schema-rules.js';

/** Throws for tools, a choice of tools or an output format that do not go together. */
export function checkTools(body: JsonObject): void {
  const tools = arrayOf(body.tools).map(objectOf);
  const names = tools.map((tool) => stringOf(tool.name)).filter((name) => name !== '');
  if (new Set(names).size < names.length) {
    throw invalidRequest('tools: Tool names must be unique.');
  }
  if (tools.length > 0 && tools.every((tool) => tool.defer_loading === true)) {
    throw invalidRequest(
      'At least one tool must have defer_loading=false. All tools cannot be deferred.',
    );
  }
  for (const [index, tool] of tools.entries()) {
    if (!isObject(tool.input_schema)) continue;
    const path = `tools.${index}.custom`;
    checkInputSchema(tool.input_schema, `${path}.input_schema`);
    if (tool.strict === true) checkStrictSchema(tool.input_schema, path);
  }
  checkChoice(body, tools.length);
  const formats = checkFormats(body);
  const strict = tools.filter((tool) => tool.strict === true);
  checkComplexity(strict.length, [...strict.map((tool) => tool.input_schema), ...formats]);
}

function checkChoice(body: JsonObject, tools: number): void {
  const { type } = objectOf(body.tool_choice);
  if (type === undefined) return;
  if (tools === 0) {
    const choice = `tool_choice.${stringOf(type)}`;
    throw invalidRequest(`${choice} may only be specified while providing tools`);
  }
  const thinks = ['enabled', 'adaptive'].includes(stringOf(objectOf(body.thinking).type));
  if (thinks && (type === 'any' || type === 'tool')) {
    throw invalidRequest('Thinking may not be enabled when tool_choice forces tool use.');
  }
}

/** Anthropic compiles all strict schemas into one grammar. */
function checkComplexity(tools: number, schemas: unknown[]): void {
  const optional = schemas.reduce((sum: number, schema) => sum + optionalMembers(schema), 0);
  if (tools <= 20 && optional <= 24) return;
  throw invalidRequest(
    'Schema is too complex for compilation. Try reducing the number of tools or simplifying tool ' +
      'schemas.',
  );
}

/** Throws for a schema of the answer outside the subset; the schemas. */
function checkFormats(body: JsonObject): JsonObject[] {
  const schemas: JsonObject[] = [];
  const formats = {
    'output_config.format.schema': objectOf(body.output_config).format,
    'output_format.schema': body.output_format,
  };
  for (const [path, format] of Object.entries(formats)) {
    const { schema } = objectOf(format);
    if (!isObject(schema)) continue;
    checkStrictSchema(schema, path);
    schemas.push(schema);
  }
  return schemas;
}
