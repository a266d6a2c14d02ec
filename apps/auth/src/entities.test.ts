import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database, schemaDrift } from '@modelbridge/service-kit/database';
import { startTestAuth, type TestAuth } from './testing/test-auth.js';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

it('describe the schema that the migrations make', async () => {
  expect(await schemaDrift(auth.service.running.app.get(Database))).toEqual([]);
});
