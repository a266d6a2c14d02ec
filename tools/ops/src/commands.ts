import { accountCreate } from './account-create.js';
import { keyCreate } from './key-create.js';
import { keyRevoke } from './key-revoke.js';
import { limitSet } from './limits/limit-set.js';
import { limitShow } from './limits/limit-show.js';
import type { OpsCommand } from './ops-command.js';

/** Every command by the words that call it. */
export const commands: Record<string, OpsCommand> = {
  'account create': accountCreate,
  'key create': keyCreate,
  'key revoke': keyRevoke,
  'limit set': limitSet,
  'limit show': limitShow,
};
