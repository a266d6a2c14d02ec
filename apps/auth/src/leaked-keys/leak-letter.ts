import { idSchema } from '@modelbridge/contracts';
import type { Letter, MailKind } from '@modelbridge/mail';
import { z } from 'zod';
import type { Key } from '../keys/key.js';

const leakSchema = z.object({
  keyId: idSchema('key'),
  /** By how long a key is known: its secret, or one that was rotated out and still worked. */
  ended: z.enum(['key', 'previous_secret']),
  /** Who made the key, and the owner of the team that pays for it. */
  recipient: z.enum(['maker', 'team_owner']),
  /** Of what kind the place is, in GitHub's words, such as `content` or `commit`; empty where that is not said. */
  source: z.string().max(100),
  /** Where it was found; null where that is not said. */
  url: z.string().max(2048).nullable(),
});
export type Leak = z.output<typeof leakSchema>;

/** A key was found in public, and what was found works no more. */
export const leakedKeyMail: MailKind<Leak> = { name: 'leaked-key', facts: leakSchema };

const ends: Record<Leak['ended'], { subject: string; happened: string; toDo: string }> = {
  key: {
    subject: 'A key was found in public and is revoked',
    happened: 'Whoever saw it can use it no more, and neither can your programs.',
    toDo: 'Make another key for them and take this one out of the place where it was found, its history included.',
  },
  previous_secret: {
    subject: 'The previous secret of a key was found in public and works no more',
    happened:
      'It was rotated out and still worked. Programs that use it are refused; the secret of now works on.',
    toDo: 'Give them the secret of now and take the previous one out of the place where it was found, its history included.',
  },
};

/** Neither secret nor hash: the name and the public id, by which people know a key. */
export function leakLetter(
  { ended, recipient, source, url }: Leak,
  key: Pick<Key, 'name' | 'publicId'>,
  appUrl: string,
): Letter {
  const { subject, happened, toDo } = ends[ended];
  const whose =
    recipient === 'maker'
      ? 'It is a key that you made.'
      : 'It is a key that a member made and your team pays for.';
  return {
    subject,
    paragraphs: [
      `${whose} ${happened}`,
      toDo,
      'Look at what was spent since it was published, and write to us where that was not you.',
    ],
    rows: [
      ['Key', key.name],
      ['Public id', key.publicId],
      ['Found', url ?? (source === '' ? 'the place was not named' : source)],
    ],
    link: { label: 'See your keys', url: `${appUrl}/app/keys` },
  };
}
