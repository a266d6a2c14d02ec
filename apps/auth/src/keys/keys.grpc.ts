import { actorOf } from '@modelbridge/access';
import type {
  CreateKeyRequest,
  CreateKeyResponse,
  DisableKeyRequest,
  DisableKeyResponse,
  EnableKeyRequest,
  EnableKeyResponse,
  GetKeyRequest,
  GetKeyResponse,
  ListKeysRequest,
  ListKeysResponse,
  ResolveKeyRequest,
  ResolveKeyResponse,
  RevokeKeyRequest,
  RevokeKeyResponse,
  RotateKeyRequest,
  RotateKeyResponse,
  UpdateKeyRequest,
  UpdateKeyResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { KeyChangesService } from './key-changes.service.js';
import { keyMessage, readRestrictions, scopeName } from './key-message.js';
import { unrestricted } from './key-restrictions.js';
import {
  keyChangesSchema,
  keyDigestSchema,
  keyPageSchema,
  keyReferenceSchema,
  newKeySchema,
  rotationSchema,
  type Key,
} from './key.js';
import { KeyAccess, type KeyMethod } from './key-access.service.js';
import { KeysService } from './keys.service.js';
import { UsersService } from '../users/users.service.js';
import { TeamRestrictionsService } from './team-restrictions.service.js';

@Controller()
export class KeysGrpc {
  constructor(
    private readonly keys: KeysService,
    private readonly access: KeyAccess,
    private readonly changes: KeyChangesService,
    private readonly teams: TeamRestrictionsService,
    private readonly users: UsersService,
  ) {}

  @GrpcMethod('AuthService', 'createKey')
  async createKey(request: CreateKeyRequest): Promise<CreateKeyResponse> {
    const asked = { ...request, scope: scopeName(request.scope) };
    const newKey = validRequest(newKeySchema(new Date()), asked);
    const restrictions = request.restrictions
      ? readRestrictions(request.restrictions)
      : unrestricted;
    const { key, apiKey } = await this.keys.create(
      await this.access.make(actorOf(request), { ...newKey, restrictions }),
    );
    return { key: keyMessage(key), apiKey };
  }

  @GrpcMethod('AuthService', 'updateKey')
  async updateKey(request: UpdateKeyRequest): Promise<UpdateKeyResponse> {
    const changes = validRequest(keyChangesSchema(new Date()), request);
    const restrictions = request.restrictions && readRestrictions(request.restrictions);
    const { keyId } = await this.allowed('updateKey', request);
    return { key: keyMessage(await this.changes.change(keyId, { ...changes, restrictions })) };
  }

  @GrpcMethod('AuthService', 'rotateKey')
  async rotateKey(request: RotateKeyRequest): Promise<RotateKeyResponse> {
    const rotation = validRequest(rotationSchema, request);
    const { keyId } = await this.allowed('rotateKey', request);
    const { key, apiKey } = await this.changes.rotate(keyId, rotation);
    return { key: keyMessage(key), apiKey };
  }

  @GrpcMethod('AuthService', 'disableKey')
  async disableKey(request: DisableKeyRequest): Promise<DisableKeyResponse> {
    const { keyId } = await this.allowed('disableKey', request);
    return { key: keyMessage(await this.changes.setDisabled(keyId, true)) };
  }

  @GrpcMethod('AuthService', 'enableKey')
  async enableKey(request: EnableKeyRequest): Promise<EnableKeyResponse> {
    const { keyId } = await this.allowed('enableKey', request);
    return { key: keyMessage(await this.changes.setDisabled(keyId, false)) };
  }

  @GrpcMethod('AuthService', 'revokeKey')
  async revokeKey(request: RevokeKeyRequest): Promise<RevokeKeyResponse> {
    const { keyId } = await this.allowed('revokeKey', request);
    return { key: keyMessage(await this.changes.revoke(keyId)) };
  }

  @GrpcMethod('AuthService', 'getKey')
  async getKey(request: GetKeyRequest): Promise<GetKeyResponse> {
    const { keyId } = validRequest(keyReferenceSchema, request);
    return { key: keyMessage(await this.access.shown(actorOf(request), keyId)) };
  }

  @GrpcMethod('AuthService', 'listKeys')
  async listKeys(request: ListKeysRequest): Promise<ListKeysResponse> {
    const page = validRequest(keyPageSchema, request);
    const { keys, nextCursor } = await this.access.page(actorOf(request), page);
    return { keys: keys.map(keyMessage), nextCursor };
  }

  @GrpcMethod('AuthService', 'resolveKey')
  async resolveKey(request: ResolveKeyRequest): Promise<ResolveKeyResponse> {
    const { keySha256 } = validRequest(keyDigestSchema, request);
    const { key, publicId, secretExpiresAt } = await this.keys.resolve(keySha256);
    const { teamId, userId } = key;
    const [teamRestrictions, storeContent] = await Promise.all([
      teamId === undefined ? undefined : this.teams.find(teamId),
      this.users.storesContent(userId),
    ]);
    return { key: keyMessage(key), publicId, secretExpiresAt, teamRestrictions, storeContent };
  }

  /** The key that is asked about, where whoever asks may have it by this method. */
  private allowed(
    method: KeyMethod,
    request: { keyId: string; actorUserId?: string | undefined },
  ): Promise<Key> {
    const { keyId } = validRequest(keyReferenceSchema, request);
    return this.access.key(method, actorOf(request), keyId);
  }
}
