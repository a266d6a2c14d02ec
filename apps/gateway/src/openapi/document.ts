import { z } from 'zod';
import { tagBounds, tagWords } from '@modelbridge/contracts';
import { isObject, requestSchema, type JsonSchema } from '@modelbridge/llm-wire';
import { publicErrors } from '../errors/public-errors.js';
import { jsonSchemaOf, type Operation } from '../operations/operation.js';
import type { InferenceRoute } from './inference-routes.js';
import { idempotencyBounds } from '../idempotency/bounds.js';
import { idempotencyHeader } from '../idempotency/idempotency-key.js';
import { tagsHeader } from '../plan/tags.js';
import { SchemaCollection } from './schema-collection.js';

type Json = Record<string, unknown>;

const json = 'application/json';
const errorSchema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        message: { type: 'string', description: 'For people; its words may change.' },
        type: { type: 'string' },
        param: { type: ['string', 'null'], description: 'The field at fault.' },
        code: {
          type: ['string', 'null'],
          description: `To branch on. ModelBridge’s own: ${Object.keys(publicErrors).sort().join(', ')}.`,
        },
      },
      required: ['message', 'type'],
    },
  },
  required: ['error'],
};

/** The OpenAPI 3.1 description of the public API, made of what checks its requests. */
export function openapiDocument(
  operations: readonly Operation[],
  inference: readonly InferenceRoute[],
): Json {
  const schemas = new SchemaCollection();
  schemas.named['Error'] = errorSchema;
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, described: Json): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: described };
  };
  for (const route of inference) add(route.path, 'POST', describedRoute(route));
  for (const each of operations) add(each.path, each.method, describedOperation(each, schemas));
  return {
    openapi: '3.1.0',
    info: {
      title: 'ModelBridge',
      version: '1',
      description:
        'One endpoint for the models of Anthropic and OpenAI and for open models. Times are UTC, ids are opaque, and members that are not told here may be added to any answer.',
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of ModelBridge. `x-api-key` takes it too.',
        },
      },
      schemas: schemas.named,
      responses: {
        Error: {
          description:
            'What went wrong, in the shape of the API that was asked; on Anthropic’s routes with `type: error` and `request_id` beside it.',
          content: { [json]: { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
  };
}

const tagsParameter = {
  name: tagsHeader,
  in: 'header',
  required: false,
  description: `What the request is for: at most ${tagBounds.most} of name=value, separated by commas; a name is ${tagWords.name}, a value ${tagWords.value}.`,
  schema: { type: 'string', examples: ['project=atlas,stage=ci'] },
};

const idempotencyParameter = {
  name: idempotencyHeader,
  in: 'header',
  required: false,
  description:
    'The same for a request and its repetitions, for 24 hours: it is done once, and each repetition is answered as the first request was, without what is shown once.',
  schema: { type: 'string', minLength: 1, maxLength: idempotencyBounds.maxKeyLength },
};

const failure = { default: { $ref: '#/components/responses/Error' } };

function describedRoute({ id, format, required, summary, streams }: InferenceRoute): Json {
  const answer = { type: 'object', description: 'As the vendor describes it.' };
  return {
    operationId: id,
    tags: ['Inference'],
    summary,
    parameters: [tagsParameter],
    requestBody: {
      required: true,
      content: { [json]: { schema: requestSchema(format, required) } },
    },
    responses: {
      '200': {
        description: 'The reply.',
        content: {
          [json]: { schema: answer },
          ...(streams && { 'text/event-stream': { schema: { type: 'string' } } }),
        },
      },
      ...failure,
    },
  };
}

function describedOperation(operation: Operation, schemas: SchemaCollection): Json {
  const { id, method, tag, summary, description, params, query, body, status, answer } = operation;
  const { fileTypes = [json], isPublic = false } = operation;
  const parameters = [
    ...parametersOf(schemas.add(jsonSchemaOf(params)), 'path'),
    ...parametersOf(schemas.add(jsonSchemaOf(query)), 'query'),
    ...(method === 'GET' ? [] : [idempotencyParameter]),
  ];
  const answerSchema = schemas.add(z.toJSONSchema(answer), true);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(isPublic && { security: [] }),
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { [json]: { schema: schemas.add(jsonSchemaOf(body)) } },
      },
    }),
    responses: {
      [status]: {
        description: 'Done.',
        content: Object.fromEntries(fileTypes.map((type) => [type, { schema: answerSchema }])),
      },
      ...failure,
    },
  };
}

function parametersOf(schema: JsonSchema, place: 'path' | 'query'): Json[] {
  const { properties, required } = schema;
  const must = Array.isArray(required) ? required : [];
  return Object.entries(isObject(properties) ? properties : {}).map(([name, member]) => {
    const { description, ...rest } = member as Json;
    return {
      name,
      in: place,
      required: place === 'path' || must.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}
