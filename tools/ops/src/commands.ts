import { accountCreate } from './account-create.js';
import { accountCredit } from './account-credit.js';
import { keyCreate } from './keys/key-create.js';
import { keyDisable, keyEnable } from './keys/key-disable.js';
import { keyRotate } from './keys/key-rotate.js';
import { keyShow } from './keys/key-show.js';
import { keyUpdate } from './keys/key-update.js';
import { keyRevoke } from './keys/key-revoke.js';
import { limitSet } from './limits/limit-set.js';
import { limitShow } from './limits/limit-show.js';
import type { OpsCommand } from './ops-command.js';

/** Every command by the words that call it. */
export const commands: Record<string, OpsCommand> = {
  'account create': accountCreate,
  'account credit': accountCredit,
  'key create': keyCreate,
  'key show': keyShow,
  'key update': keyUpdate,
  'key rotate': keyRotate,
  'key disable': keyDisable,
  'key enable': keyEnable,
  'key revoke': keyRevoke,
  'limit set': limitSet,
  'limit show': limitShow,
};
