import { auditedActSchema } from '../audit.js';
import { defineEvent } from './event.js';

/** retention has done what belongs in the audit log; auth appends it, once for the id of the event. */
export const retentionActPerformed = defineEvent({
  subject: 'retention.act.performed.v1',
  stream: 'RETENTION',
  schema: auditedActSchema,
});
