import type { JsonObject } from '../../json.js';
import { isObject } from '../../json.js';
import { invalidRequest } from './stripe-error.js';

/** Finds what an id stands for, or a member that is shown only when asked for. */
export interface Expander {
  byId: (id: string) => object | undefined;
  /** Undefined where `object` has no such member. */
  included: (object: JsonObject, member: string) => unknown;
}

const deepest = 4;

/** A copy of `answer` in which what `paths` name stands in full. */
export function expanded(answer: object, paths: string[], expander: Expander): object {
  const copy = structuredClone(answer);
  for (const path of paths) {
    const members = path.split('.');
    if (members.length > deepest) {
      throw invalidRequest(
        `You cannot expand more than ${deepest} levels of a property (property: ${path}).`,
        { param: 'expand' },
      );
    }
    expandIn(copy, members, path, expander);
  }
  return copy;
}

function expandIn(target: unknown, members: string[], path: string, expander: Expander): void {
  const [member, ...rest] = members;
  if (member === undefined || target === null) return;
  if (Array.isArray(target)) {
    for (const element of target) expandIn(element, members, path, expander);
    return;
  }
  if (!isObject(target)) throw notExpandable(path);
  if (!(member in target)) {
    const shown = expander.included(target, member);
    if (shown === undefined) throw notExpandable(path);
    target[member] = structuredClone(shown);
  }
  const value = target[member];
  if (typeof value === 'string') {
    const object = member === 'id' ? undefined : expander.byId(value);
    if (object === undefined) throw notExpandable(path);
    target[member] = structuredClone(object);
  }
  expandIn(target[member], rest, path, expander);
}

function notExpandable(path: string) {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
