import { z } from 'zod';
import { pageOf, pageQuery, time } from '../operations/schemas.js';
import { operation } from '../operations/operation.js';

export const listAuditLog = operation({
  id: 'listAuditLog',
  method: 'GET',
  path: '/v1/audit-log',
  tag: 'Account',
  summary: 'What decided who may call, see, spend or sign in, newest first.',
  description:
    'An entry is never changed or removed: `hash` is a SHA-256 over all of it and over the hash of the entry before.',
  query: pageQuery,
  answer: pageOf(
    z
      .object({
        sequence: z.int().describe('From 1, without gaps.'),
        recorded_at: time.nullable(),
        actor: z.object({
          kind: z.string().describe('person, key, staff or system.'),
          id: z.string(),
        }),
        act: z.string().describe('Such as key.revoked.'),
        object_ids: z.array(z.string()),
        details: z.record(z.string(), z.string()),
        reason: z.string().describe('Of staff; empty for others.'),
        source: z.string().describe('The service that reported it.'),
        previous_hash: z.string().describe('Hexadecimal; zeros for the first.'),
        hash: z.string().describe('Hexadecimal.'),
      })
      .meta({ id: 'AuditEntry' }),
  ),
});
