import { readFile } from 'node:fs/promises';
import type { PolicyVersion } from '@modelbridge/contracts/auth.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';
import { timeArgument } from '../times.js';

function printed(version: PolicyVersion | undefined): object {
  if (version === undefined) throw new Error('auth answered without a version');
  const { documentSha256, ...rest } = version;
  return { ...rest, documentSha256: Buffer.from(documentSha256).toString('hex') };
}

async function documentIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw invalidArgument(
      'file',
      `--file ${path} cannot be read: give the path of a Markdown file`,
    );
  }
}

export const policyList = opsCommand({
  usage: 'policy list',
  summary: 'Lists every version of the privacy policy that was published, newest first.',
  options: [],
  prints:
    '{versions: [{policyVersion, isMaterial, summary, publishedAt, plannedAt, announcedAt, effectiveAt, documentSha256}]}; announcedAt and effectiveAt are missing while people are still being told.',
  uses: ['auth'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { auth } = await services();
    const { versions } = await auth.listPolicyVersions({});
    return { versions: versions.map(printed) };
  },
});

export const policyPublish = opsCommand({
  usage: 'policy publish --version DATE --file F --summary S --material yes|no [--effective TIME]',
  summary:
    'Publishes a version of the privacy policy. A material one is mailed to every account, and takes effect 14 days after the last of these mails at the earliest.',
  options: [
    ['--version DATE', 'the date that the document gives as "Last updated", such as 2027-03-31'],
    ['--file F', 'the document, in Markdown'],
    ['--summary S', 'what changes, in a few sentences: the mail says it'],
    ['--material yes|no', 'whether it changes what people were promised or have to accept'],
    [
      '--effective TIME',
      'when it takes effect, in UTC; of a material version required, and 17 days from now or later; now without it',
    ],
  ],
  prints: '{version, mails}: mails is how many accounts are told.',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['version', 'file', 'summary', 'material'],
      optional: ['effective'],
    });
    const { version: policyVersion = '', file = '', summary = '', material, effective } = flags;
    if (material !== 'yes' && material !== 'no') {
      throw invalidArgument('material', '--material must be yes or no');
    }
    const isMaterial = material === 'yes';
    if (isMaterial && effective === undefined) {
      throw invalidArgument('effective', '--effective is missing: a material change needs it');
    }
    const plannedAt = effective === undefined ? undefined : timeArgument(effective, 'effective');
    const document = await documentIn(file);
    const { auth } = await services();
    const published = await translating(
      auth.publishPolicyVersion({ policyVersion, document, isMaterial, summary, plannedAt }),
      {},
    );
    return { version: printed(published.version), mails: published.mails };
  },
});
