import type { Letter } from '@modelbridge/mail';
import type { PolicyVersion } from '../policies/policy-version.js';

/** Why a mail of a change cannot reach somebody, whenever it is sent. */
export const unreachable = ['nobody', 'closed', 'refused'];

/** What a mail says that is sent now, and since when the change is in force at the earliest. */
export function policyLetter(version: PolicyVersion, effectiveAt: Date, appUrl: string): Letter {
  const { policyVersion, summary } = version;
  const date = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });
  return {
    subject: 'Our privacy policy changes',
    paragraphs: [
      `We are changing our privacy policy. The new version takes effect on ${date.format(effectiveAt)} (UTC), and not before.`,
      summary,
      'You can read both versions on our website, now and later. If you do not agree, you can have your account deleted before that day; whoever goes on using ModelBridge after it accepts the new version.',
    ],
    rows: [
      ['Takes effect', date.format(effectiveAt)],
      ['Version', policyVersion],
    ],
    link: {
      label: 'Read the new version',
      url: `${appUrl}/privacy/versions/${policyVersion}`,
    },
  };
}
