import { idSchema } from '@modelbridge/contracts';
import { fewerThanAsked, usageFilter } from '../account/usage-filter.js';
import { usage } from '../account/usage-json.js';
import { exportQuery, exportedFile } from '../account/usage-export.operations.js';
import { operation } from '../operations/operation.js';
import { pageOf, pageQuery } from '../operations/schemas.js';

export const listAccountUsage = operation({
  id: 'listAccountUsage',
  method: 'GET',
  path: '/v1/account/usage',
  tag: 'Usage and money',
  summary: 'The requests of the account, newest first.',
  description:
    'Of a team’s account those of the person who made this key: single requests are nobody’s but their author’s. The sums of all are in /v1/spend. ' +
    fewerThanAsked,
  query: pageQuery.extend({ key_id: idSchema('key').optional(), ...usageFilter }),
  answer: pageOf(usage),
});

export const exportAccountUsage = operation({
  id: 'exportAccountUsage',
  method: 'GET',
  path: '/v1/account/usage/export',
  tag: 'Usage and money',
  summary: 'The requests of the account as one file, oldest first.',
  description:
    'Of a team’s account those of the person who made this key: single requests are nobody’s but their author’s. A file that was cut off ends without its last chunk and its trailers.',
  query: exportQuery.extend({ key_id: idSchema('key').optional() }),
  ...exportedFile,
});
