import 'reflect-metadata';
import { Metadata, status } from '@grpc/grpc-js';
import { newId } from '@modelbridge/contracts';
import { rpcCallers } from '@modelbridge/contracts/access';
import type { RecordAuditEntryRequest } from '@modelbridge/contracts/auth.v1';
import {
  GetAccountPlanResponse,
  ListPlansResponse,
  type SetLimitRequest,
} from '@modelbridge/contracts/billing.v1';
import { GetSnapshotResponse } from '@modelbridge/contracts/routing.v1';
import { TeamRole, TeamsServiceClient, type Team } from '@modelbridge/contracts/teams.v1';
import { noMailServer, TestMailServer } from '@modelbridge/mail/testing';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import {
  outsideMessaging,
  templateOf,
  type OutsideMessaging,
} from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  patienceMs,
  startTestService,
  type TestService,
} from '@modelbridge/testing-kit';
import { AuthClient, BillingClient, RoutingClient } from '../clients/clients.js';
import { readConfig } from '../config.js';
import { schema } from '../schema.js';
import { teamsService } from '../service.js';

/** Of a list, as many as are given by themselves. */
export const firstPage = { limit: 0, cursor: '' };

export interface TestPerson {
  userId: string;
  email: string;
}

/** The service on a Postgres and a NATS of its own; what auth and billing would say is in this object. */
export class TestTeams {
  readonly limits: SetLimitRequest[] = [];
  readonly audited: RecordAuditEntryRequest[] = [];
  /** Thrown by billing instead of setting a limit. */
  limitError: status | undefined;
  /** What the plan of every team allows. */
  seats: number | undefined;
  /** Thrown by billing instead of telling plans. */
  planError: status | undefined;
  /** In routing's catalog. */
  models = [
    { id: 'kimi-k2.5', aliases: ['kimi'] },
    { id: 'glm-5', aliases: [] as string[] },
  ];
  /** Thrown by routing instead of telling models. */
  modelsError: status | undefined;
  /** Thrown by auth instead of telling names. */
  namesError: status | undefined;
  private readonly people = new Map<string, TestPerson>();

  private constructor(
    readonly service: TestService<RunningService>,
    readonly client: PromisifiedClient<TeamsServiceClient>,
    /** What others publish and hear. */
    readonly outside: OutsideMessaging,
    readonly mailServer: TestMailServer,
  ) {
    this.part(AuthClient).getUser = ({ userId }) => Promise.resolve({ user: this.user(userId) });
    this.part(AuthClient).getUserNames = ({ userIds }) => {
      if (this.namesError !== undefined) return Promise.reject(serviceError(this.namesError));
      const users = userIds.flatMap((id) => this.people.get(id) ?? []);
      return Promise.resolve({ users: users.map((person) => ({ ...person, name: 'N' })) });
    };
    this.part(AuthClient).recordAuditEntry = (entry) => {
      this.audited.push(entry);
      return Promise.resolve({});
    };
    this.part(RoutingClient).getSnapshot = () => {
      if (this.modelsError !== undefined) return Promise.reject(serviceError(this.modelsError));
      return Promise.resolve(
        GetSnapshotResponse.fromPartial({ snapshot: { models: this.models } }),
      );
    };
    this.part(BillingClient).getAccountPlan = () => {
      if (this.planError !== undefined) return Promise.reject(serviceError(this.planError));
      const plan = { name: 'pro', maxTeamMembers: this.seats };
      return Promise.resolve(GetAccountPlanResponse.fromPartial({ accountPlan: { plan } }));
    };
    this.part(BillingClient).listPlans = () =>
      Promise.resolve(
        ListPlansResponse.fromPartial({ plans: [{ name: 'free', maxTeamMembers: 2 }] }),
      );
    this.part(BillingClient).setLimit = (request) => {
      if (this.limitError !== undefined) throw serviceError(this.limitError);
      this.limits.push(request);
      return Promise.resolve({ limit: undefined });
    };
  }

  static async start(): Promise<TestTeams> {
    const mailServer = await TestMailServer.start();
    const service = await startTestService({
      start: createService,
      name: 'teams',
      callers: rpcCallers['teams.v1.TeamsService'],
      options: (env) => teamsService(readConfig(env)),
      database: templateOf(schema),
      nats: true,
      env: {
        ...noMailServer,
        SMTP_URL: mailServer.url,
        AUTH_GRPC: '127.0.0.1:1',
        BILLING_GRPC: '127.0.0.1:1',
        ROUTING_GRPC: '127.0.0.1:1',
      },
    });
    const client = callingAsAllowed(rpcCallers['teams.v1.TeamsService'], (caller) =>
      grpcClient(TeamsServiceClient, service.grpcTarget, service.tlsOf(caller), {
        timeoutMs: patienceMs,
      }),
    );
    const outside = outsideMessaging(service.nats?.url ?? '');
    return new TestTeams(service, client, outside, mailServer);
  }

  part<T>(type: abstract new (...parameters: never[]) => T): T {
    return this.service.running.app.get<T>(type, { strict: false });
  }

  get database(): Database {
    return this.part(Database);
  }

  /** Somebody whom auth knows. */
  person(email = `${newId('user')}@example.com`): TestPerson {
    const person = { userId: newId('user'), email };
    this.people.set(person.userId, person);
    return person;
  }

  async team({ userId: actorUserId }: TestPerson, name = newId('team')): Promise<Team> {
    const { team } = await this.client.createTeam({ actorUserId, name });
    if (team === undefined) throw new Error('no team');
    return team;
  }

  async invite(actor: TestPerson, teamId: string, email: string, role = TeamRole.MEMBER) {
    const actorUserId = actor.userId;
    const { invitation } = await this.client.inviteMember({ actorUserId, teamId, email, role });
    if (invitation === undefined) throw new Error('no invitation');
    return invitation;
  }

  /** A person who has joined. */
  async member(owner: TestPerson, teamId: string, role = TeamRole.MEMBER): Promise<TestPerson> {
    const person = this.person();
    const actorUserId = person.userId;
    const { invitationId } = await this.invite(owner, teamId, person.email, role);
    await this.client.acceptInvitation({ actorUserId, invitationId });
    return person;
  }

  async close(): Promise<void> {
    this.client.close();
    await this.outside.close();
    await this.service.close();
    await this.mailServer.close();
  }

  private user(userId: string) {
    const person = this.people.get(userId);
    if (person === undefined) throw serviceError(status.NOT_FOUND);
    return {
      ...person,
      accountId: newId('account'),
      name: 'N',
      createdAt: undefined,
      plan: '',
      billingMode: 'prepaid',
      timeZone: 'UTC',
      preferences: undefined,
      storeContent: true,
      consents: undefined,
      closedAt: undefined,
      restrictedAt: undefined,
    };
  }
}

/** As a gRPC client throws it. */
function serviceError(code: status): Error {
  return Object.assign(new Error(status[code]), { code, metadata: new Metadata() });
}
