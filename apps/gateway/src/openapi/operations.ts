import * as account from '../account/account.operations.js';
import * as models from '../models/models.operations.js';
import type { Operation } from '../operations/operation.js';

/** All that is routed to a controller under /v1. */
export const operations: readonly Operation[] = [
  models.listModels,
  models.getModel,
  account.getKey,
  account.getCredits,
  account.listUsage,
  account.getUsage,
];
