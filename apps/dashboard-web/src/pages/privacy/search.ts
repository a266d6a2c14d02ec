import * as z from 'zod/mini';

export const SECTIONS = [
  'stored',
  'export',
  'support',
  'consents',
  'requests',
  'sessions',
  'audit',
  'delete',
] as const;

export type Section = (typeof SECTIONS)[number];

export const privacySearch = z.object({
  section: z.catch(z.optional(z.enum(SECTIONS)), undefined),
});
