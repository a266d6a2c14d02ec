import { actorOf } from '@modelbridge/access';
import type {
  CreateKeyRequest,
  CreateKeyResponse,
  GetKeyRequest,
  GetKeyResponse,
  Key as KeyMessage,
  ListKeysRequest,
  ListKeysResponse,
  ResolveKeyRequest,
  ResolveKeyResponse,
  RevokeKeyRequest,
  RevokeKeyResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  keyDigestSchema,
  keyPageSchema,
  keyReferenceSchema,
  newKeySchema,
  type Key,
} from './key.js';
import { KeyAccess } from './key-access.service.js';
import { KeysService } from './keys.service.js';

@Controller()
export class KeysGrpc {
  constructor(
    private readonly keys: KeysService,
    private readonly access: KeyAccess,
  ) {}

  @GrpcMethod('AuthService', 'createKey')
  async createKey(request: CreateKeyRequest): Promise<CreateKeyResponse> {
    const newKey = validRequest(newKeySchema(new Date()), request);
    const { key, apiKey } = await this.keys.create(
      await this.access.make(actorOf(request), newKey),
    );
    return { key: keyMessage(key), apiKey };
  }

  @GrpcMethod('AuthService', 'revokeKey')
  async revokeKey(request: RevokeKeyRequest): Promise<RevokeKeyResponse> {
    const { keyId } = validRequest(keyReferenceSchema, request);
    await this.access.key('revokeKey', actorOf(request), keyId);
    return { key: keyMessage(await this.keys.revoke(keyId)) };
  }

  @GrpcMethod('AuthService', 'getKey')
  async getKey(request: GetKeyRequest): Promise<GetKeyResponse> {
    const { keyId } = validRequest(keyReferenceSchema, request);
    return { key: keyMessage(await this.access.key('getKey', actorOf(request), keyId)) };
  }

  @GrpcMethod('AuthService', 'listKeys')
  async listKeys(request: ListKeysRequest): Promise<ListKeysResponse> {
    const page = await this.access.page(actorOf(request), validRequest(keyPageSchema, request));
    const { keys, nextCursor } = await this.keys.list(page);
    return { keys: keys.map(keyMessage), nextCursor };
  }

  @GrpcMethod('AuthService', 'resolveKey')
  async resolveKey(request: ResolveKeyRequest): Promise<ResolveKeyResponse> {
    const { keySha256 } = validRequest(keyDigestSchema, request);
    return { key: keyMessage(await this.keys.resolve(keySha256)) };
  }
}

/** Generated types want every field present, also those that are unset. */
function keyMessage(key: Key): KeyMessage {
  return { ...key, expiresAt: key.expiresAt, revokedAt: key.revokedAt };
}
