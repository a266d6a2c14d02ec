import { expect, it } from '@jest/globals';
import { findings, verify } from '../operator.js';
import { stack } from './the-system.js';

it('the books are right after all of it', async () => {
  const { code, output } = await verify(stack);
  const found = findings(output);
  expect(Object.keys(found)).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6']);
  for (const { checked, violations } of Object.values(found)) {
    expect(checked).toBeGreaterThan(0);
    expect(violations).toBe(0);
  }
  expect(code).toBe(0);
});
