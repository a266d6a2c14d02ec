import type { WireFormat } from '../wire-format.js';
import { chatShapes } from './chat-shapes.js';
import { messagesShapes } from './messages-shapes.js';
import { responsesShapes } from './responses-shapes.js';
import { checkMembers, type Shapes } from './shape.js';

/** What the top-level members of each API's requests may hold, as far as anybody here reads them. */
const shapes: Readonly<Record<WireFormat, Shapes>> = {
  chat: chatShapes,
  responses: responsesShapes,
  messages: messagesShapes,
};

export function shapesOfRequest(format: WireFormat): Shapes {
  return shapes[format];
}

/** The members with a shape; their values are checked by `checkRequest`. */
export function shapedMembers(format: WireFormat): readonly string[] {
  return Object.keys(shapes[format]);
}

/** Throws `WireRequestError` naming the first member, of those that `members` has, with a wrong value. */
export function checkRequest(format: WireFormat, members: Readonly<Record<string, unknown>>): void {
  checkMembers(shapes[format], members);
}
