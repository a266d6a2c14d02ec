import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuthClient } from './clients.js';

/** E-mail addresses of people, which auth has from Clerk, verified. They are not kept here. */
@Injectable()
export class AddressesService {
  constructor(private readonly auth: AuthClient) {}

  async of(userId: string): Promise<string> {
    try {
      const { user } = await this.auth.getUser({ userId });
      if (user !== undefined && user.closedAt === undefined) return user.email;
    } catch (error) {
      if (rpcErrorFrom(error)?.code !== 'not_found') {
        throw new RpcError('unavailable', 'auth cannot be asked for your address: try again', {
          cause: error,
        });
      }
    }
    throw new RpcError('not_found', 'there is no such user', { field: 'actor_user_id' });
  }
}
