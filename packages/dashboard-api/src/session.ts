import * as z from 'zod/mini';
import { routes } from './route.js';
import { time } from './shapes.js';

const account = z.object({
  account_id: z.string(),
  kind: z.enum(['personal', 'team']),
  name: z.string(),
  /** What the person is to the account: `owner` of a personal one, the role in a team. */
  role: z.string(),
  team_id: z.optional(z.string()),
});

export type SessionAccount = z.infer<typeof account>;

const session = z.object({
  person: z.object({ user_id: z.string(), name: z.string(), email: z.string() }),
  /** Own first, then teams by name. */
  accounts: z.array(account).check(z.minLength(1)),
  /** When the person last proved who they are. */
  proved_at: time,
  /** The origin of the public API, such as `https://api.example.com`: what clients are pointed at. */
  api_origin: z.string(),
  /** Every write sends it as `x-csrf-token`. */
  csrf_token: z.string(),
});

export type Session = z.infer<typeof session>;

const openSession = z.object({
  session_id: z.string(),
  started_at: time,
  last_active_at: time,
  /** Each is empty where it is not known. */
  browser: z.string(),
  device: z.string(),
  place: z.string(),
  /** The one that asks. */
  is_this: z.boolean(),
});

export type OpenSession = z.infer<typeof openSession>;

export const sessionRoutes = routes({
  /** Who is signed in; 401 `signed_out` for nobody. */
  session: { method: 'GET', path: '/bff/session', response: session },
  /** Where the person is signed in, newest first. */
  list: {
    method: 'GET',
    path: '/bff/sessions',
    response: z.object({ items: z.array(openSession) }),
  },
  /** Signs out elsewhere, at once; one that has ended is no error. */
  endOther: {
    method: 'DELETE',
    path: '/bff/sessions/:session_id',
    params: z.object({ session_id: z.string() }),
  },
  /** Signs out, at the identity provider too: every later request of the session is 401 at once. */
  end: { method: 'DELETE', path: '/bff/session' },
});
