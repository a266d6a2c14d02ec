import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openapiDocument } from '../src/openapi/document.js';
import { inferenceRoutes } from '../src/openapi/inference-routes.js';
import { operations } from '../src/openapi/operations.js';
import { describedAnswers } from './testing/described-answers.js';
import { TestGateway } from './testing/test-gateway.js';

interface Described {
  paths: Record<string, Record<string, { operationId: string; responses: Responses }>>;
}
type Responses = Record<string, { content: Record<string, { schema: object }> }>;

/** Fastify's own print of its routes is a tree, of which each line has what its path adds. */
function routes(fastify: FastifyInstance): string[] {
  const path: string[] = [];
  return fastify
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part, methods = ''] =
        /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?/.exec(line) ?? [];
      if (part === undefined) return [];
      path.splice(indent.length / 4, Infinity, part);
      const url = path.join('').replaceAll(/:(\w+)/g, '{$1}');
      return methods
        .split(', ')
        .filter((method) => method !== '' && method !== 'HEAD')
        .map((method) => `${method} ${url}`);
    });
}

describe('/openapi.json', () => {
  let gateway: TestGateway;
  let document: Described;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Described;
  });
  afterAll(() => gateway.stop());

  const described = (): string[] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

  it('is a valid description, by OpenAPI’s own schema', async () => {
    const result = await new Validator().validate({ ...document });
    expect(result).toMatchObject({ valid: true });
    expect(await new Validator().validate({ ...document, info: {} })).toMatchObject({
      valid: false,
    });
  });

  it('describes every route under /v1, what is public beside it, and no other', () => {
    const routed = routes(gateway.service.running.app.getHttpAdapter().getInstance()).filter(
      (route) => route.includes(' /v1/') || route.includes(' /privacy/'),
    );
    const raw = inferenceRoutes.map(({ path }) => `POST ${path}`);
    expect(routed.length).toBeGreaterThan(5);
    expect(described().sort()).toEqual([...routed, ...raw].sort());
  });

  it('names each operation once', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells of inference routes that all answer', async () => {
    const { apiKey } = gateway.caller();
    for (const { path, required } of inferenceRoutes) {
      const reply = await gateway.post(apiKey, '{}', {}, path);
      expect([path, reply.status]).toEqual([path, 400]);
      const { error } = (await reply.json()) as { error: { message: string } };
      expect(required.some((name) => error.message.includes(name))).toBe(true);
    }
  });

  it('describes what is answered', async () => {
    const isAsDescribed = await describedAnswers(gateway.url);
    const { apiKey } = gateway.caller();
    for (const path of ['/v1/models', '/v1/key', '/v1/credits', '/v1/usage']) {
      const answer = await fetch(gateway.url + path, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      expect(answer.status).toBe(200);
      isAsDescribed('get', path, 200, await answer.json());
    }
  });

  it('is made of what checks the requests', () => {
    expect(JSON.parse(JSON.stringify(openapiDocument(operations, inferenceRoutes)))).toEqual(
      document,
    );
    expect(JSON.stringify(document)).not.toContain('$defs');
  });
});
