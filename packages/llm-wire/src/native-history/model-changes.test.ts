import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MODELS, ModelWalk, type ModelName, type Step } from '../testing/model-walk.js';
import { violations } from '../testing/vendor-rules.js';
import type { WireFormat } from '../wire-format.js';

const steps: fc.Arbitrary<Step> = fc.record({
  model: fc.constantFrom(...(Object.keys(MODELS) as ModelName[])),
  thinks: fc.boolean(),
  says: fc.constantFrom('yes', '\n\n', undefined),
  calls: fc.nat({ max: 2 }),
  goesOn: fc.boolean(),
  instructs: fc.boolean(),
});

describe.each<WireFormat>(['chat', 'responses', 'messages'])('a conversation over %s', (api) => {
  it('goes on with any model after any other', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 2, maxLength: 6 }), (taken) => {
        const walk = new ModelWalk(api);
        for (const step of taken) {
          const { vendor, body } = walk.take(step);
          expect(violations(vendor, body)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
