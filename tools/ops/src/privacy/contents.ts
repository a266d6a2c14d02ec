import type { ContentMessage, HeldContent } from '@modelbridge/contracts/retention.v1/content';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

const mostListed = 100;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function printedHeld({ rawBytes, ...held }: HeldContent): object {
  return { ...held, rawBytes: rawBytes.toString() };
}

function printedMessage({ headers, body }: ContentMessage): object {
  try {
    return { headers, body: utf8.decode(body), bodyEncoding: 'utf8' };
  } catch {
    return { headers, body: body.toString('base64'), bodyEncoding: 'base64' };
  }
}

export const contentList = opsCommand({
  usage: 'content list --grant G [--limit N] [--cursor C]',
  summary:
    'Lists the requests that an author lets support read, by the grant that they gave. In the role support alone (--as support).',
  options: [
    ['--grant G', 'the grant (sgr_...), as its author was shown it'],
    ['--limit N', `from 1 to ${mostListed}; 20 without it`],
    ['--cursor C', 'the nextCursor of the page before'],
  ],
  prints:
    '{contents: [{requestId, accountId, storedAt, unreadableAt, rawBytes}], nextCursor}; nextCursor is null on the last page',
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['grant'], optional: ['limit', 'cursor'] });
    const grantId = idArgument('supportGrant', flags['grant'] ?? '', 'grant');
    const limit = Number(flags['limit'] ?? 20);
    if (!Number.isInteger(limit) || limit < 1 || limit > mostListed)
      throw invalidArgument('limit', `--limit must be from 1 to ${mostListed}`);
    const { retention } = await services();
    const asked = { grantId, limit, cursor: flags['cursor'] ?? '' };
    const page = await translating(retention.contents.listContents(asked), {
      grant_id: ['grant', `${grantId} is not open: it is over, was withdrawn, or there is none`],
      cursor: ['cursor', '--cursor must be the nextCursor of an earlier page'],
    });
    return { contents: page.contents.map(printedHeld), nextCursor: page.nextCursor || null };
  },
});

export const contentShow = opsCommand({
  usage: 'content show --request R',
  summary:
    'Opens what a request said and was answered, while its author lets support read it. The author sees in their audit log that it was opened, and why. In the role support alone (--as support).',
  options: [['--request R', 'the request (req_...)']],
  prints:
    '{requestId, accountId, storedAt, unreadableAt, rawBytes, request: {headers, body, bodyEncoding}, reply: {…}, method, path, status, complete, ip, userAgent, startedAt, firstByteAt, completedAt, model, provider, region, api}',
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['request'], optional: [] });
    const requestId = idArgument('request', flags['request'] ?? '', 'request');
    const { retention } = await services();
    const opened = await translating(retention.contents.getContent({ requestId }), {
      request_id: [
        'request',
        `${requestId} cannot be opened: its author lets nobody read it now, or it is not held`,
      ],
    });
    const { held, request, reply, ...facts } = opened;
    if (held === undefined || request === undefined || reply === undefined)
      throw new Error('retention answered without a content');
    return {
      ...printedHeld(held),
      request: printedMessage(request),
      reply: printedMessage(reply),
      ...facts,
    };
  },
});
