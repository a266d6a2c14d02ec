import { Readable } from 'node:stream';
import { newId } from '@modelbridge/contracts';
import { personRules, rpcCallers, withoutPerson } from '@modelbridge/contracts/access';
import { AuthServiceService } from '@modelbridge/contracts/auth.v1';
import { BillingServiceService } from '@modelbridge/contracts/billing.v1';
import { ContentServiceService } from '@modelbridge/contracts/retention.v1/content';
import { SupportGrantServiceService } from '@modelbridge/contracts/retention.v1/support-grants';
import { ErasureServiceService } from '@modelbridge/contracts/retention.v1/erasure';
import { ExportServiceService } from '@modelbridge/contracts/retention.v1/export';
import { RightsServiceService } from '@modelbridge/contracts/retention.v1/rights';
import { TeamsServiceService } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceService } from '@modelbridge/contracts/usage_ledger.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clockBounds } from '../../apps/retention/src/clock/bounds.js';
import { OutsideClock } from '../../apps/retention/src/clock/outside-clock.service.js';
import { calls, expected, objects, type CallObject } from './visibility/calls.js';
import { company, standings, type Company, type Standing } from './visibility/people.js';
import { startServices, type Services } from './visibility/services.js';

type ServiceName = keyof typeof personRules;

interface Method {
  requestDeserialize(bytes: Buffer): object;
}

const definitions: Record<ServiceName, Readonly<Record<string, Method>>> = {
  'auth.v1.AuthService': AuthServiceService,
  'billing.v1.BillingService': BillingServiceService,
  'retention.v1.ContentService': ContentServiceService,
  'retention.v1.SupportGrantService': SupportGrantServiceService,
  'retention.v1.ErasureService': ErasureServiceService,
  'retention.v1.ExportService': ExportServiceService,
  'retention.v1.RightsService': RightsServiceService,
  'teams.v1.TeamsService': TeamsServiceService,
  'usage_ledger.v1.UsageLedgerService': UsageLedgerServiceService,
};

/** Every method of the protos, and whether its request names the person behind it. */
const methods = Object.entries(definitions).flatMap(([service, definition]) =>
  Object.entries(definition).map(([name, { requestDeserialize }]) => ({
    service: service as ServiceName,
    name,
    path: `${service}/${name}`,
    ofPeople: 'actorUserId' in requestDeserialize(Buffer.alloc(0)),
  })),
);
const ofPeople = methods.filter((method) => method.ofPeople);

let services: Services;
let own: Company;
let other: Company;
beforeAll(async () => {
  services = await startServices();
  own = await company(services);
  other = await company(services);
});
afterAll(() => services.close());

interface Answer {
  outcome: string;
  error?: unknown;
}

const undecided = ['internal', 'unavailable', 'deadline_exceeded'];

/** done: let through, whatever came of it. hidden: as if there were nothing. denied: not for this role. */
async function ask(
  { service, name, path }: (typeof methods)[number],
  standing: Standing,
  object: CallObject,
): Promise<Answer | undefined> {
  const self = own.people[standing];
  const request = await calls[path]?.({ services, self, object, company: own, other });
  if (request === undefined) return undefined;
  return eventually(() => outcomeOf(service, name, { actorUserId: self.userId, ...request }));
}

/** Throws where nothing was decided, as while what a service needs is away: `done` would be a guess. */
async function outcomeOf(service: ServiceName, name: string, request: object): Promise<Answer> {
  try {
    await answerTo(service, name, request);
    return { outcome: 'done' };
  } catch (thrown) {
    const error = rpcErrorFrom(thrown);
    // There is no Stripe here, and it is asked for those only who may.
    if (error?.message.startsWith('Stripe does not answer')) return { outcome: 'done' };
    if (error === undefined || undecided.includes(error.code)) throw thrown;
    if (error.code === 'permission_denied') return { outcome: 'denied', error };
    const isHidden = error.code === 'not_found' && fieldsOf(service, name).includes(error.field);
    return { outcome: isHidden ? 'hidden' : 'done', error };
  }
}

/** Resolves when all of it has come, of a stream too. */
async function answerTo(service: ServiceName, name: string, request: object): Promise<void> {
  const method = services.clients[service][name as never] as (r: object) => unknown;
  const answer = method(request);
  if (!(answer instanceof Readable)) return void (await answer);
  for await (const _ of answer);
}

const unnamed = { teamId: newId('team'), requestIds: [], everything: false, limit: 0, cursor: '' };

/** The fields that name what a method is about. */
function fieldsOf(service: ServiceName, name: string): (string | undefined)[] {
  const rule = personRules[service][name as never] as { object: string };
  if (rule.object === 'self') return ['user_id', 'invitation_id', 'request_id', 'grant_id'];
  return [`${rule.object}_id`, 'log'];
}

function expectedOf(path: string, standing: Standing, object: CallObject): string {
  if (object === 'own') return 'done';
  const place = ['owner', 'admin', 'member'].indexOf(standing);
  if (object !== "team's" || place === -1) return 'hidden';
  return expected[path]?.split(' ')[place] ?? 'not written down';
}

describe('what people may see and do', () => {
  it('has a rule, a call and an expectation for each method that a person stands behind', () => {
    const paths = ofPeople.map(({ path }) => path).sort();
    const ruled = Object.entries(personRules).flatMap(([service, rules]) =>
      Object.keys(rules).map((name) => `${service}/${name}`),
    );
    expect(ruled.sort()).toEqual(paths);
    expect(Object.keys(calls).sort()).toEqual(paths);
  });

  it('names the person in each method that the dashboard calls, but for those listed', () => {
    const open = methods.filter(({ service, name, ofPeople: named }) => {
      const callers = rpcCallers[service][name as never] as readonly string[];
      return callers.includes('dashboard') && !named;
    });
    expect(open.map(({ path }) => path).sort()).toEqual([...withoutPerson].sort());
  });

  it.each(ofPeople)('is as written down: $path', async (method) => {
    const seen: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const standing of standings) {
      const nothing = await ask(method, standing, 'nothing');
      for (const object of objects) {
        const answer = object === 'nothing' ? nothing : await ask(method, standing, object);
        if (answer === undefined) continue;
        seen[`${standing}, ${object}`] = answer.outcome;
        wanted[`${standing}, ${object}`] = expectedOf(method.path, standing, object);
        // No word tells what is hidden from what is not there.
        if (answer.outcome === 'hidden') expect(answer.error).toEqual(nothing?.error);
      }
    }
    expect(seen).toEqual(wanted);
  });

  it('asks for the person of each call of the dashboard', async () => {
    for (const { service, name, path } of ofPeople) {
      const self = own.people.owner;
      const setting = { services, self, object: 'nothing', company: own, other } as const;
      const request = (await calls[path]?.(setting)) ?? unnamed;
      const error: unknown = await answerTo(service, name, request).catch(rpcErrorFrom);
      expect({ path, error }).toMatchObject({
        error: { code: 'invalid_argument', field: 'actor_user_id' },
      });
    }
  });
});

it('retention is told by auth what time it is, for when its own clocks differ', async () => {
  const clock = services.retention.running.app.get(OutsideClock, { strict: false });
  const told = (await clock.now())?.getTime() ?? 0;
  expect(Math.abs(told - Date.now())).toBeLessThan(clockBounds.agreeWithinMs);
});
