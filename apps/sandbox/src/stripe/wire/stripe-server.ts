import type { FastifyReply, FastifyRequest } from 'fastify';
import { pause } from '../../delivery/waiting.js';
import { isObject, type JsonObject, stringOf } from '../../json.js';
import { newId } from '../core/ids.js';
import { apiVersion, type StripeCore } from '../core/stripe-core.js';
import { apiSwitchesSchema, type ApiSwitches } from './api-switches.js';
import { expanded, type Expander } from './expand.js';
import { decodedForm } from './form.js';
import { IdempotencyKeys, type Reply } from './idempotency.js';
import { parsed } from './params.js';
import type { Route } from './route.js';
import { StripeError } from './stripe-error.js';

const formType = 'application/x-www-form-urlencoded';

/** Answers calls of the API: authorised, checked, and once for each Idempotency-Key. */
export class StripeServer {
  switches: ApiSwitches = apiSwitchesSchema.parse({});
  readonly idempotencyKeys = new IdempotencyKeys();

  constructor(
    private readonly core: StripeCore,
    private readonly expander: Expander,
    private readonly secretKey: string,
  ) {}

  async handle(route: Route | undefined, request: FastifyRequest, reply: FastifyReply) {
    const requestId = newId('req');
    const key = stringOf(request.headers['idempotency-key']) || undefined;
    void reply
      .type('application/json')
      .header('request-id', requestId)
      .header('stripe-version', apiVersion);
    if (key !== undefined) void reply.header('idempotency-key', key);
    const answer = this.answered(route, request, { requestId, key });
    if (this.switches.latencyMs > 0) await pause(reply.raw, this.switches.latencyMs);
    answer.tell();
    if (this.switches.loseAnswers > 0) {
      this.switches.loseAnswers -= 1;
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    if (answer.isReplayed) void reply.header('idempotent-replayed', 'true');
    await reply.code(answer.status).send(answer.body);
  }

  private answered(
    route: Route | undefined,
    request: FastifyRequest,
    { requestId, key }: { requestId: string; key: string | undefined },
  ): Reply & { isReplayed: boolean; tell: () => void } {
    let claimed: string | undefined;
    try {
      this.admit(request);
      if (route === undefined) throw unknownUrl(request);
      const encoded = encodedParams(request);
      if (key !== undefined && route.method === 'POST') {
        const known = this.idempotencyKeys.claim(key, { path: pathOf(request), body: encoded });
        if (known !== undefined) return { ...known, isReplayed: true, tell: () => undefined };
        claimed = key;
      }
      const params = checkedParams(route, encoded, () => {
        if (claimed !== undefined) this.idempotencyKeys.release(claimed);
        claimed = undefined;
      });
      const reply = this.executed(route, params, request, { requestId, key });
      if (claimed !== undefined) this.idempotencyKeys.record(claimed, reply);
      return { ...reply, isReplayed: false, tell: () => this.tell(claimed) };
    } catch (error) {
      return { ...refused(error), isReplayed: false, tell: () => undefined };
    }
  }

  /** Runs the call. A refusal of what was begun is an answer as good as any: a repetition gets it too. */
  private executed(
    route: Route,
    params: JsonObject,
    request: FastifyRequest,
    { requestId, key }: { requestId: string; key: string | undefined },
  ): Reply {
    const { id = '' } = request.params as { id?: string };
    const cause = { id: requestId, idempotency_key: key ?? null };
    try {
      const { expand = [], ...rest } = params as { expand?: string[] };
      const answer = (): string =>
        JSON.stringify(expanded(route.answer(rest, id), expand, this.expander));
      const body = route.method === 'GET' ? answer() : this.core.run(answer, cause);
      return { status: 200, body };
    } catch (error) {
      return refused(error);
    }
  }

  private tell(claimed: string | undefined): void {
    if (claimed !== undefined) this.idempotencyKeys.tell(claimed);
  }

  private admit(request: FastifyRequest): void {
    authorize(request.headers.authorization, this.secretKey);
    const { refuse } = this.switches;
    if (refuse.count > 0) {
      refuse.count -= 1;
      throw injected(refuse.status);
    }
    const version = stringOf(request.headers['stripe-version']) || apiVersion;
    if (version !== apiVersion) {
      throw new StripeError(
        400,
        'invalid_request_error',
        `Invalid Stripe API version: ${version}. The sandbox speaks ${apiVersion} only.`,
      );
    }
  }
}

function authorize(authorization: string | undefined, secretKey: string): void {
  const [scheme, credential = ''] = (authorization ?? '').split(' ', 2);
  const key =
    scheme === 'Basic' ? Buffer.from(credential, 'base64').toString().split(':', 1)[0] : credential;
  if (key === secretKey) return;
  throw new StripeError(
    401,
    'invalid_request_error',
    key === undefined || key === ''
      ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
      : `Invalid API Key provided: ${key.slice(0, 8)}****`,
  );
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function encodedParams(request: FastifyRequest): string {
  const query = request.url.split('?').slice(1).join('?');
  if (request.method !== 'POST') return query;
  const body = stringOf(request.body);
  const type = stringOf(request.headers['content-type']);
  if (body !== '' && !type.startsWith(formType)) {
    throw new StripeError(
      400,
      'invalid_request_error',
      `Request bodies must be form-encoded: send them as ${formType}.`,
    );
  }
  return body;
}

/** Where parameters are refused nothing was done, and the key is free for what was meant. */
function checkedParams(route: Route, encoded: string, release: () => void): JsonObject {
  try {
    const params = parsed(route.params, decodedForm(encoded));
    return isObject(params) ? params : {};
  } catch (error) {
    release();
    throw error;
  }
}

function refused(error: unknown): Reply {
  if (!(error instanceof StripeError)) throw error;
  return { status: error.status, body: JSON.stringify(error.body()) };
}

function unknownUrl(request: FastifyRequest): StripeError {
  return new StripeError(
    404,
    'invalid_request_error',
    `Unrecognized request URL (${request.method}: ${pathOf(request)}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  );
}

function injected(status: ApiSwitches['refuse']['status']): StripeError {
  return status === 429
    ? new StripeError(429, 'rate_limit_error', 'Request rate limit exceeded', {
        code: 'rate_limit',
      })
    : new StripeError(status, 'api_error', 'An error occurred on our side: try again.');
}
