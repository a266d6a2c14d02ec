export { createAccount, type CreatedAccount } from './accounts.js';
export { asksForHelp } from './help.js';
export { connectServices, type Services } from './connection/services.js';
export {
  DEFAULT_STATE,
  readStackFile,
  stackFileOf,
  stateRoot,
  type StackDescription,
} from './stack/stack-file.js';
