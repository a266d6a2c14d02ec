import {
  ERROR_CODES,
  errorBody,
  pathOf,
  sessionRoutes,
  type Answer,
  type Asked,
  type Route,
  type Session,
} from '@modelbridge/dashboard-api';
import { ApiError } from './api-error.js';

const TIMEOUT_MS = 30_000;

interface Sent {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

interface Identity {
  readonly userId: string;
  readonly csrfToken: string;
}

/** What the client does outside itself; tests bring their own. */
export interface Surroundings {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The session has ended: leaves for the sign-in page. */
  readonly signIn: () => void;
  /** Another person has signed in in this browser: what is on the screen is no longer this person's. */
  readonly startOver: () => void;
}

/** Asks the server of the dashboard along the routes that both sides share, and checks what it answers. */
export class ApiClient {
  private identity: Identity | undefined;

  constructor(private readonly around: Surroundings) {}

  /** Who is signed in. Keeps the token that every write sends. */
  async session(signal?: AbortSignal): Promise<Session> {
    const session = await this.call(sessionRoutes.session, { signal });
    const userId = session.person.user_id;
    if (this.identity !== undefined && this.identity.userId !== userId) this.around.startOver();
    this.identity = { userId, csrfToken: session.csrf_token };
    return session;
  }

  /** @throws {ApiError} */
  async call<R extends Route>(
    route: R,
    ...[asked]: object extends Asked<R>
      ? [asked?: Asked<R> & Pick<Sent, 'signal'>]
      : [asked: Asked<R> & Pick<Sent, 'signal'>]
  ): Promise<Answer<R>> {
    const response = await this.answered(route, asked ?? {}, TIMEOUT_MS);
    if (route.response === undefined) return undefined as Answer<R>;
    const body: unknown = await response.json().catch(() => undefined);
    const read = route.response.safeParse(body);
    if (read.success) return read.data as Answer<R>;
    const [issue] = read.error.issues;
    throw new ApiError(
      'The server answered in a form that this page does not know. Reload the page; it may be older than the server.',
      {
        status: response.status,
        code: 'unexpected_answer',
        field: issue?.path.join('.'),
        ...requestIdOf(response),
      },
    );
  }

  /**
   * Asks for an answer that comes bit by bit, for as long as it takes: only `signal` ends it.
   * @throws {ApiError} where the server refuses; what breaks later is thrown by whoever reads the body
   */
  open<R extends Route>(route: R, asked: Asked<R> & Pick<Sent, 'signal'>): Promise<Response> {
    return this.answered(route, asked, undefined);
  }

  /** A 2xx. */
  private async answered(
    route: Route,
    sent: Sent,
    timeoutMs: number | undefined,
  ): Promise<Response> {
    const ask = async () => {
      const response = await this.respond(route, sent, timeoutMs);
      if (!response.ok) throw await errorOf(response);
      return response;
    };
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === ERROR_CODES.signedOut) this.around.signIn();
      if (error.code !== ERROR_CODES.csrf || this.identity === undefined) throw error;
      // The session was renewed in another tab. Nothing was done, and it is done for the same person only.
      const before = this.identity.userId;
      const { person } = await this.session(sent.signal);
      if (person.user_id !== before) throw error;
      return ask();
    }
  }

  private async respond(
    route: Route,
    { params, query, body, signal }: Sent,
    timeoutMs: number | undefined,
  ): Promise<Response> {
    const headers = new Headers({ accept: 'application/json' });
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (route.method !== 'GET' && this.identity !== undefined) {
      headers.set('x-csrf-token', this.identity.csrfToken);
    }
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    try {
      return await this.around.fetch(pathOf(route, record(params), record(query)), {
        method: route.method,
        headers,
        credentials: 'same-origin',
        redirect: 'error',
        signal: AbortSignal.any([signal, timeout].filter((each) => each !== undefined)),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      // Whoever asked has gone; nobody is told.
      if (signal?.aborted === true) throw error;
      throw timeout?.aborted === true
        ? new ApiError(
            `The server did not answer within ${TIMEOUT_MS / 1000} seconds. Try again.`,
            {
              code: 'timeout',
            },
          )
        : new ApiError('The server could not be reached. Check the connection and try again.', {
            code: 'unreachable',
          });
    }
  }
}

/** Schemas of params and query are of objects. */
const record = (part: unknown) => (part ?? {}) as Record<string, unknown>;

function requestIdOf(response: Response): { requestId?: string } {
  const requestId = response.headers.get('x-request-id');
  return requestId === null ? {} : { requestId };
}

async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const read = errorBody.safeParse(body);
  if (!read.success) {
    return new ApiError(`The server failed (HTTP ${response.status}). Try again in a moment.`, {
      status: response.status,
      code: 'unexpected_answer',
      ...requestIdOf(response),
    });
  }
  const { code, message, field, request_id: requestId } = read.data.error;
  return new ApiError(message, { status: response.status, code, field, requestId });
}
