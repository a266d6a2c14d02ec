import * as z from 'zod/mini';
import { routes } from './route.js';
import { time } from './shapes.js';

const profile = z.object({
  user_id: z.string(),
  name: z.string(),
  /** Changed at the identity provider alone. */
  email: z.string(),
  /** A name of the IANA time zone database. */
  time_zone: z.string(),
  /** Whether what their requests say may be stored, sealed, where the model lets it. */
  store_content: z.boolean(),
  created_at: time,
  /** Set while their data is not processed, as they asked: no key of theirs works. */
  restricted_at: z.optional(time),
});

export type Profile = z.infer<typeof profile>;

export const profileRoutes = routes({
  get: { method: 'GET', path: '/bff/profile', response: profile },
  /** Changes what is given and nothing else. */
  change: {
    method: 'PATCH',
    path: '/bff/profile',
    body: z.strictObject({
      name: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
      time_zone: z.optional(z.string().check(z.maxLength(100))),
      store_content: z.optional(z.boolean()),
    }),
    response: profile,
  },
});
