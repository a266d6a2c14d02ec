import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { schemaDrift } from '@modelbridge/service-kit/database';
import { TestTeams } from './testing/test-teams.js';

let teams: TestTeams;
beforeAll(async () => {
  teams = await TestTeams.start();
});
afterAll(() => teams.close());

it('describe the schema that the migrations make', async () => {
  expect(await schemaDrift(teams.database)).toEqual([]);
});
