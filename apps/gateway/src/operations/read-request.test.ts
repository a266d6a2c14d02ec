import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { RequestError } from '../errors/request-error.js';
import { operation } from './operation.js';
import { readRequest } from './read-request.js';
import { pageQuery } from './schemas.js';

const write = operation({
  id: 'write',
  method: 'POST',
  path: '/v1/things/{id}',
  tag: 'Things',
  summary: 'Writes.',
  params: z.strictObject({ id: idSchema('key') }),
  query: pageQuery,
  body: z.strictObject({
    name: z.string().min(1).max(10),
    kind: z.enum(['big', 'small']).optional(),
    until: z.iso.datetime({ offset: true }).nullish(),
    sizes: z.array(z.int().min(1)).max(2).optional(),
    at: z.strictObject({ x: z.number(), y: z.number().optional() }).optional(),
  }),
  answer: z.object({}),
});

const params = { id: 'key_01jf0000000000000000000000' };

function refusal(given: { query?: object; body?: unknown; params?: object }): RequestError {
  try {
    readRequest(write, { params, query: {}, body: { name: 'a' }, ...given });
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a request for an operation', () => {
  it('has its values as the schemas make them', () => {
    const body = { name: 'a', kind: 'big', until: null, sizes: [1] };
    expect(readRequest(write, { params, query: { limit: '7' }, body })).toEqual({
      params,
      query: { limit: 7, cursor: '' },
      body,
    });
  });

  it.each([
    [{ name: '' }, 'name', 'must be a string of 1 to 10 characters'],
    [{ name: 1 }, 'name', 'must be a string of 1 to 10 characters'],
    [{}, 'name', 'is required'],
    [{ name: 'a', kind: 'huge' }, 'kind', 'must be one of big, small'],
    [{ name: 'a', until: 'tomorrow' }, 'until', 'must be a time such as'],
    [{ name: 'a', until: 5 }, 'until', 'must be a time such as'],
    [{ name: 'a', sizes: [1, 2, 3] }, 'sizes', 'must be a list of at most 2 elements'],
    [{ name: 'a', sizes: [1, 0] }, 'sizes[1]', 'must be an integer of at least 1'],
    [{ name: 'a', at: { x: 'left' } }, 'at.x', 'must be a number'],
    [{ name: 'a', at: {} }, 'at.x', 'is required'],
    [{ name: 'a', at: { x: 1, z: 1 } }, 'at.z', 'is not taken: the body of this route has x, y'],
    [{ name: 'a', nmae: 'b' }, 'nmae', 'is not taken: the body of this route has name, kind'],
  ])('%j is refused naming %s', (body, param, words) => {
    const error = refusal({ body });
    expect(error.status).toBe(400);
    expect(error.options.param).toBe(param);
    expect(error.message).toContain(`'${param}' ${words}`);
  });

  it.each([[[]], ['text'], [7]])('%j is no body', (body) => {
    expect(refusal({ body }).message).toBe('The body must be an object.');
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '1e1' }, 'limit'],
    [{ limit: ['1', '2'] }, 'limit'],
    [{ cursor: ['a', 'b'] }, 'cursor'],
    [{ page: '2' }, 'page'],
    [{ 'cursor[]': '1' }, 'cursor[]'],
  ])('a query of %j is refused naming %s', (query, param) => {
    expect(refusal({ query }).options.param).toBe(param);
  });

  it('names everything that is wrong', () => {
    const error = refusal({ body: { name: 1, kind: 2, more: 3 } });
    expect(error.options.details).toEqual({
      errors: [
        expect.objectContaining({ param: 'name', code: 'invalid_value' }),
        expect.objectContaining({ param: 'kind', code: 'invalid_value' }),
        expect.objectContaining({ param: 'more', code: 'unsupported_parameter' }),
      ],
    });
  });

  it('says of an id which kind it must be', () => {
    expect(refusal({ params: { id: 'team_1' } }).message).toBe("'id' must be a key_ id.");
  });

  it('repeats nothing that is long', () => {
    expect(refusal({ body: { name: 'a', ['x'.repeat(5_000)]: 1 } }).message.length).toBeLessThan(
      250,
    );
  });
});
