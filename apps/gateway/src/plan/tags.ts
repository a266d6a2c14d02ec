import type { IncomingHttpHeaders } from 'node:http';
import {
  inTagOrder,
  tagBounds,
  tagNameSchema,
  tagValueSchema,
  tagWords,
  type Tags,
} from '@modelbridge/contracts';
import { badField, type RequestError } from '../errors/request-error.js';

export const tagsHeader = 'x-modelbridge-tags';

/** What the header says, by name in order; undefined without one. Throws 400 that says what of it is wrong. */
export function tagsOf(headers: IncomingHttpHeaders): Tags | undefined {
  const header = headers[tagsHeader];
  if (header === undefined) return undefined;
  const given = String(header).split(',');
  if (given.length > tagBounds.most) throw refusal(`has at most ${tagBounds.most} tags`);
  const tags = new Map(given.map((tag, index) => tagIn(tag, index + 1)));
  if (tags.size < given.length) throw refusal('names a tag more than once');
  return inTagOrder(Object.fromEntries(tags));
}

function tagIn(text: string, place: number): [name: string, value: string] {
  const [name = '', value = ''] = text.trim().split(/=(.*)/);
  if (!tagNameSchema.safeParse(name).success) {
    throw refusal(
      `needs name=value pairs, separated by commas; the name of tag ${place} must be ${tagWords.name}`,
    );
  }
  if (!tagValueSchema.safeParse(value).success) {
    throw refusal(
      `needs name=value pairs, separated by commas; the value of tag ${place} must be ${tagWords.value}`,
    );
  }
  return [name, value];
}

function refusal(words: string): RequestError {
  return badField(tagsHeader, `'${tagsHeader}' ${words}.`);
}
