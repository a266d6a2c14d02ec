import type { NewPerson } from './people.js';

/** Who is there when the sandbox starts, one click away. The first has the account that `npm start` makes. */
export const demoPeople: NewPerson[] = [
  { email: 'demo@modelbridge.local', firstName: 'Demo' },
  { email: 'ada@modelbridge.local', firstName: 'Ada', lastName: 'Lovelace' },
  { email: 'grace@modelbridge.local', firstName: 'Grace', lastName: 'Hopper' },
];
