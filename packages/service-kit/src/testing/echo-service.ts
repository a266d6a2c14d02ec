import { setTimeout as delay } from 'node:timers/promises';
import {
  makeGenericClientConstructor,
  Metadata,
  type CallOptions,
  type Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { Controller, type DynamicModule } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { trace } from '@opentelemetry/api';
import { from, type Observable } from 'rxjs';
import { z } from 'zod';
import { loadConfig } from '../config/load-config.js';
import { grpcServerConfig, httpConfig, logConfig, tlsConfig } from '../config/shapes.js';
import { DatabaseUnavailableError } from '../database/database-unavailable.js';
import type { ServiceOptions } from '../process/create-service.js';
import { KitModule, type KitModuleOptions } from '../module/kit.module.js';
import type { GrpcClientConstructor } from '../grpc/grpc-client.js';
import { RpcError } from '../grpc/rpc-error.js';

export interface Text {
  text: string;
}

const method = (name: string, responseStream = false): MethodDefinition<Text, Text> => ({
  path: `/test.v1.EchoService/${name}`,
  requestStream: false,
  responseStream,
  requestSerialize: (value) => Buffer.from(JSON.stringify(value)),
  requestDeserialize: (bytes) => JSON.parse(bytes.toString()) as Text,
  responseSerialize: (value) => Buffer.from(JSON.stringify(value)),
  responseDeserialize: (bytes) => JSON.parse(bytes.toString()) as Text,
});

/** A service in the form that ts-proto generates, small enough to write by hand. */
export const EchoService = { echo: method('Echo'), repeat: method('Repeat', true) };

export const echoCallers = { echo: ['test'], repeat: ['test', 'reader'] };

type Answer = (error: ServiceError | null, response: Text) => void;

export interface EchoServiceClient extends Client {
  echo(request: Text, callback: Answer): ClientUnaryCall;
  echo(request: Text, metadata: Metadata, callback: Answer): ClientUnaryCall;
  echo(
    request: Text,
    metadata: Metadata,
    options: Partial<CallOptions>,
    callback: Answer,
  ): ClientUnaryCall;
  repeat(request: Text, options?: Partial<CallOptions>): ClientReadableStream<Text>;
  repeat(
    request: Text,
    metadata?: Metadata,
    options?: Partial<CallOptions>,
  ): ClientReadableStream<Text>;
}

export const EchoServiceClient = makeGenericClientConstructor(
  EchoService,
  'test.v1.EchoService',
) as unknown as GrpcClientConstructor<EchoServiceClient>;

/** What the text asks for: an error, a pause, or itself. */
@Controller()
export class EchoController {
  @GrpcMethod('EchoService', 'echo')
  async echo({ text }: Text): Promise<Text> {
    if (text === 'missing') throw new RpcError('not_found', 'no such text', { field: 'text' });
    if (text === 'which trace') return { text: trace.getActiveSpan()?.spanContext().traceId ?? '' };
    if (text === 'broken') throw new Error('secret internals');
    if (text === 'no database') throw new DatabaseUnavailableError(new Error('secret host'));
    if (text.startsWith('pause ')) await delay(Number(text.slice('pause '.length)));
    return { text };
  }

  @GrpcMethod('EchoService', 'repeat')
  repeat({ text }: Text): Observable<Text> {
    return from([{ text }, { text }, { text }]);
  }
}

export function echoModule(options: KitModuleOptions): DynamicModule {
  return {
    module: class EchoModule {},
    imports: [KitModule.forRoot(options)],
    controllers: [EchoController],
  };
}

const schema = z.object({ ...httpConfig, ...grpcServerConfig, ...tlsConfig, ...logConfig });

/** The service's options, as its `main.ts` would make them of an environment. */
export function echoOptions(env: NodeJS.ProcessEnv): ServiceOptions {
  const config = loadConfig(schema, env);
  return {
    name: 'echo',
    config,
    module: echoModule({ name: 'echo', config }),
    grpc: [
      {
        name: 'test.v1.EchoService',
        definition: EchoService,
        callers: echoCallers,
      },
    ],
  };
}
