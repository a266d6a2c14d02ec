import {
  ResponderBuilder,
  ServerInterceptingCall,
  ServerListenerBuilder,
  status,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { GrpcServiceBinding } from './grpc-server.js';

/**
 * Lets a call through only where its method lists the caller: the common name of the certificate that the handshake
 * has checked. Whoever is not listed is answered PERMISSION_DENIED before the message is read.
 */
export function callerAllowList(
  services: readonly GrpcServiceBinding[],
  onDenied: (caller: string, path: string) => void,
): ServerInterceptor {
  const callersByPath = new Map<string, ReadonlySet<string>>();
  for (const { definition, callers } of services) {
    for (const [name, method] of Object.entries(definition)) {
      callersByPath.set(method.path, new Set(callers[name]));
    }
  }
  return (method, call) => {
    const caller = String(call.getAuthContext().sslPeerCertificate?.subject.CN ?? '');
    if (callersByPath.get(method.path)?.has(caller) === true)
      return new ServerInterceptingCall(call);
    onDenied(caller, method.path);
    return refused(call, `${caller || 'a caller without a name'} may not call ${method.path}`);
  };
}

function refused(call: Parameters<ServerInterceptor>[1], details: string): ServerInterceptingCall {
  const responder = new ResponderBuilder()
    .withStart((next) => {
      next(
        new ServerListenerBuilder()
          .withOnReceiveMetadata(() => {
            call.sendStatus({ code: status.PERMISSION_DENIED, details });
          })
          .build(),
      );
    })
    .build();
  return new ServerInterceptingCall(call, responder);
}
