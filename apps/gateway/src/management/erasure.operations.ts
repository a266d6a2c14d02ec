import { z } from 'zod';
import { idSchema } from '@modelbridge/contracts';
import { ErasureState } from '@modelbridge/contracts/retention.v1/erasure';
import { operation } from '../operations/operation.js';
import { time } from '../operations/schemas.js';

export const erasureStates = {
  requested: ErasureState.REQUESTED,
  confirmed: ErasureState.CONFIRMED,
  cancelled: ErasureState.CANCELLED,
  erasing: ErasureState.ERASING,
  releasing: ErasureState.RELEASING,
  done: ErasureState.DONE,
} as const;
export type ErasureStateName = keyof typeof erasureStates;

const tag = 'Your data';
const path = '/v1/account/erasure';

const erasure = z
  .object({
    object: z.literal('erasure'),
    id: idSchema('erasure'),
    state: z.enum(Object.keys(erasureStates) as [ErasureStateName, ...ErasureStateName[]]),
    requested_at: time.nullable(),
    confirmed_at: time.nullable(),
    executes_at: time.nullable().describe('Until then it can be cancelled, by who signs in.'),
    deadline: time.nullable().describe('By then it is done; null until it is confirmed.'),
  })
  .meta({ id: 'Erasure' });
export type ErasureJson = z.output<typeof erasure>;

export const requestErasure = operation({
  id: 'requestErasure',
  method: 'POST',
  path,
  tag,
  summary: 'Mails you a code with which you confirm that you and your account are to be erased.',
  description:
    'Of the person who made this key, whichever account it is of. Nothing else happens until it is confirmed; asked again, another code is mailed. Refused to who owns a team: hand it over, or delete it, first.',
  status: 201,
  answer: erasure,
});

export const confirmErasure = operation({
  id: 'confirmErasure',
  method: 'POST',
  path: `${path}/confirm`,
  tag,
  summary:
    'Confirms it: your API keys, this one too, are destroyed for good and your sessions end.',
  description:
    'What is held of you is erased at `executes_at`. Until then you can sign in to the dashboard and cancel; your keys do not come back.',
  body: z.strictObject({
    code: z.string().max(20).describe('Of the newest mail; five tries within an hour.'),
  }),
  answer: erasure,
});

export const getErasure = operation({
  id: 'getErasure',
  method: 'GET',
  path,
  tag,
  summary: 'The newest erasure that was asked for.',
  answer: erasure,
});

export const cancelErasure = operation({
  id: 'cancelErasure',
  method: 'DELETE',
  path,
  tag,
  summary: 'Ends what was asked for and is not confirmed: its code is worth nothing any more.',
  answer: erasure,
});
