import type { z } from 'zod';

/** One call of Stripe's API: what it takes and what it answers. */
export interface Route {
  method: 'DELETE' | 'GET' | 'POST';
  /** Below `/v1/`, as Fastify has it. */
  path: string;
  params: z.ZodType;
  /** @param id the id in the path */
  answer: (params: unknown, id: string) => object;
}

function of(method: Route['method']) {
  return <S extends z.ZodType>(
    path: string,
    params: S,
    answer: (params: z.output<S>, id: string) => object,
  ): Route => ({ method, path, params, answer: answer as Route['answer'] });
}

export const get = of('GET');
export const post = of('POST');
export const del = of('DELETE');
