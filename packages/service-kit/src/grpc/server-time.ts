import {
  ResponderBuilder,
  ServerInterceptingCall,
  type Metadata,
  type ServerInterceptor,
} from '@grpc/grpc-js';

/** In what precedes an answer: the server's clock, in milliseconds since 1970. */
export const serverTimeKey = 'mb-server-time-ms';

/** Says with each answer what time it is here, so that a peer can tell that its clock or ours is wrong. */
export const tellTime: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(
    call,
    new ResponderBuilder()
      .withSendMetadata((metadata, next) => {
        metadata.set(serverTimeKey, String(Date.now()));
        next(metadata);
      })
      .build(),
  );

/** What `tellTime` said; undefined where nothing did. */
export function toldTime(metadata: Metadata): number | undefined {
  const ms = Number(metadata.get(serverTimeKey)[0]);
  return Number.isFinite(ms) ? ms : undefined;
}
