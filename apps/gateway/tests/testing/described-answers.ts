import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Holds answers against what the gateway's own /openapi.json says of them. */
export async function describedAnswers(
  gatewayUrl: string,
): Promise<(method: string, route: string, status: number, body: unknown) => void> {
  const document = (await (await fetch(`${gatewayUrl}/openapi.json`)).json()) as object;
  const ajv = formats.default(new Ajv2020({ strict: false }));
  ajv.addSchema(document, 'document');
  return (method, route, status, body) => {
    const escaped = route.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
    const pointer = `document#/paths/${escaped}/${method}/responses/${status}/content/application~1json/schema`;
    const isRight = ajv.validate({ $ref: pointer }, body);
    expect({ method, route, isRight, errors: ajv.errors }).toEqual({
      method,
      route,
      isRight: true,
      errors: null,
    });
  };
}
