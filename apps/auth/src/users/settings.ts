import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { displayName } from '../display-name.js';

export const themes = ['system', 'light', 'dark'] as const;

export interface Preferences {
  theme: (typeof themes)[number];
  lowBalanceEmail: boolean;
  productNewsEmail: boolean;
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  lowBalanceEmail: true,
  productNewsEmail: false,
};

/** What people may change of their account; what is left out stays. The address is Clerk's alone. */
export const settingsSchema = z.object({
  userId: idSchema('user'),
  name: displayName.optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a name of the IANA time zone database, such as Europe/Berlin')
    .optional(),
  preferences: z
    .object(
      {
        theme: z.enum(themes, `must have a theme that is one of ${themes.join(', ')}`),
        lowBalanceEmail: z.boolean(),
        productNewsEmail: z.boolean(),
      },
      'must hold all of them',
    )
    .optional(),
  storeContent: z.boolean().optional(),
});
export type Settings = Omit<z.output<typeof settingsSchema>, 'userId'>;

/** Offsets such as +01:00, which Intl takes too, know no summer time and are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
