import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { validRequest } from './valid-request.js';

const schema = z.object({
  name: z.string().trim().min(1, 'is required'),
  gatewayRegion: z.enum(['us-east'], { error: 'must be us-east' }).optional(),
});

describe('a request', () => {
  it('comes back as the schema makes it', () => {
    expect(validRequest(schema, { name: ' a ', unknown: 1 })).toEqual({ name: 'a' });
  });

  it('is refused with the first bad field named as in the proto', () => {
    expect(() => validRequest(schema, { name: 'a', gatewayRegion: 'mars' })).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        field: 'gateway_region',
        message: 'gateway_region must be us-east',
      }),
    );
  });
});
