import { z } from 'zod';
import type { JsonSchema } from '@modelbridge/llm-wire';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One method of one route: what checks a request for it, what its answer looks like, and what /openapi.json
 * says of both.
 */
export interface Operation<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** OpenAPI's operationId. */
  id: string;
  method: Method;
  /** With its parameters as OpenAPI writes them: `/v1/usage/{id}`. */
  path: `/v1/${string}` | `/privacy/${string}`;
  /** Asked without a key: not under /v1, where every route asks for one. */
  isPublic?: boolean;
  tag: string;
  summary: string;
  description?: string;
  /** Of the path. */
  params: Params;
  query: Query;
  /** Only where the method has one. */
  body?: Body;
  /** Of success. */
  status: 200 | 201;
  answer: Answer;
  /** Of an answer that is no JSON but a file. */
  fileTypes?: readonly string[];
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** With a query and parameters that take nothing, and 200, where none are given. */
export function operation<
  Answer extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  given: Pick<Operation, 'id' | 'method' | 'path' | 'tag' | 'summary' | 'description'> & {
    params?: Params;
    query?: Query;
    body?: Body;
    status?: 200 | 201;
    answer: Answer;
    fileTypes?: readonly string[];
    isPublic?: boolean;
  },
): Operation<Params, Query, Body, Answer> {
  const defaults = { status: 200 as const, params: nothing, query: nothing };
  return { ...defaults, ...given } as unknown as Operation<Params, Query, Body, Answer>;
}

/** What a request for the operation has, once it is checked. */
export interface AskedOf<O extends Operation> {
  params: z.output<O['params']>;
  query: z.output<O['query']>;
  body: O extends Operation<z.ZodObject, z.ZodObject, infer Body> ? z.output<Body> : never;
}

export type AnswerOf<O extends Operation> = z.output<O['answer']>;

/** As a caller writes it. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
