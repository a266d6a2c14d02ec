import { z } from 'zod';

/** What a caller writes on a request to find its usage by: names and values, never content. */
export type Tags = Readonly<Record<string, string>>;

export const tagBounds = { most: 5, maxNameLength: 32, maxValueLength: 64 };

/** No `@`, and no spaces: a tag is no place for a person's name or address. */
export const tagWords = {
  name: `1 to ${tagBounds.maxNameLength} of a-z, 0-9, '_', '.' and '-', with a letter first`,
  value: `1 to ${tagBounds.maxValueLength} of letters, digits and _ . : / + -`,
};

export const tagNameSchema = z
  .string()
  .regex(
    new RegExp(`^[a-z][a-z0-9_.-]{0,${tagBounds.maxNameLength - 1}}$`),
    `must be ${tagWords.name}`,
  );
export const tagValueSchema = z
  .string()
  .regex(
    new RegExp(`^[A-Za-z0-9_.:/+-]{1,${tagBounds.maxValueLength}}$`),
    `must be ${tagWords.value}`,
  );

/** Of events, which are checked without refinements: whoever lets tags in counts them. */
export const tagsSchema = z.record(tagNameSchema, tagValueSchema);

/** The same tags in the one order in which they are kept and compared: by name. */
export function inTagOrder(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
