import { AsyncLocalStorage } from 'node:async_hooks';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { needsReason, staffRoleOf } from '@modelbridge/contracts/access';
import { reasonSchema, type AuditedAct } from '@modelbridge/contracts/audit';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Observable, throwError } from 'rxjs';
import { RpcError } from './rpc-error.js';

/** The metadata in which staff says why. */
export const reasonKey = 'reason-bin';

/** Who makes the call that is being answered. */
export interface Caller {
  /** The common name of the certificate. */
  principal: string;
  /** What is called, as the contracts name it. */
  method: string;
  /** Tells the certificate from others of the same name. */
  credential: string;
  /** Why; empty where it was not said. */
  reason: string;
  /** The person whom the request names as its actor. */
  person?: string;
}

const callers = new AsyncLocalStorage<Caller>();

/** Undefined outside of a call, as in the handler of an event. */
export function currentCaller(): Caller | undefined {
  return callers.getStore();
}

/** As whom an act is audited that is done now, by `service` itself outside of a call. */
export function actingNow(service: string): Pick<AuditedAct, 'actor' | 'reason'> {
  const caller = currentCaller();
  const role = caller && staffRoleOf(caller.principal);
  if (role === undefined && caller?.person !== undefined) {
    return { actor: { kind: 'person', id: caller.person }, reason: '' };
  }
  if (caller === undefined || role === undefined) {
    return { actor: { kind: 'system', id: caller?.principal ?? service }, reason: '' };
  }
  return { actor: { kind: 'staff', id: `${role}:${caller.credential}` }, reason: caller.reason };
}

/** Makes the caller known to what answers the call, and refuses staff that has to say why and does not. */
export class CallerContext implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const metadata: Metadata = execution.switchToRpc().getContext();
    const call = execution.getArgByIndex<ServerUnaryCall<unknown, unknown>>(2);
    const certificate = call.getAuthContext().sslPeerCertificate;
    const principal = String(certificate?.subject.CN ?? '');
    const reason = reasonSchema.safeParse(String(metadata.get(reasonKey)[0] ?? ''));
    if (!reason.success && staffRoleOf(principal) && needsReason(call.getPath())) {
      const message = `reason ${reason.error.issues[0]?.message}`;
      return throwError(() => new RpcError('invalid_argument', message, { field: 'reason' }));
    }
    const caller = {
      principal,
      method: execution.getHandler().name,
      credential: credentialOf(certificate?.fingerprint256),
      reason: reason.data ?? '',
      person: execution.switchToRpc().getData<{ actorUserId?: string }>().actorUserId || undefined,
    };
    return new Observable((subscriber) =>
      callers.run(caller, () => next.handle().subscribe(subscriber)),
    );
  }
}

/** The beginning of the certificate's SHA-256: enough to name one of a few. */
function credentialOf(fingerprint = ''): string {
  return fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase();
}
