import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FaultRule } from '../control/fault-rule.js';
import type { FaultRules } from '../control/fault-rules.js';
import type { LoggedRequest, RequestLog } from '../control/request-log.js';
import { Delivery } from '../delivery/delivery.js';
import { closed, pause } from '../delivery/waiting.js';
import { isObject, type JsonObject, stringOf } from '../json.js';
import type { Answer, ProviderApi, ProviderRequest, ProviderRoute } from '../provider-api.js';
import { ProviderError } from '../provider-error.js';

/** Answers the requests of every provider's routes: faults first, then what the vendor would say. */
export class ProviderServer {
  /** @param chunkDelayMs pause between chunks where no fault sets one */
  constructor(
    private readonly faults: FaultRules,
    private readonly log: RequestLog,
    private readonly chunkDelayMs: number,
  ) {}

  async handle(
    api: ProviderApi,
    route: ProviderRoute,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    reply.hijack();
    const bytes = Buffer.isBuffer(request.body) ? request.body : undefined;
    const body = parsed(bytes);
    const requestId = api.newRequestId();
    const model = typeof body?.model === 'string' ? body.model : null;
    const path = request.url.split('?', 1)[0] as string;
    const { provider, region } = api;
    const rule = this.faults.take({ provider, region, modelNames: namesOf(api, model), path });
    const entry = this.log.open({
      requestId,
      provider,
      region,
      model,
      method: request.method,
      path,
      headers: request.headers,
      body: bytes,
      streamed: body?.stream === true,
    });
    const providerRequest: ProviderRequest = {
      headers: request.headers,
      body: body ?? {},
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string>,
      requestId,
      reportUsage: (counts) => {
        entry.usage = { ...counts, ...rule?.usage };
        return rule?.omitUsage ? null : entry.usage;
      },
    };
    const answer = () => {
      if (route.method === 'POST' && !body) throw notJson();
      return route.answer(providerRequest);
    };
    await this.deliver(api, entry, rule, reply, answer);
    entry.finished = true;
  }

  private async deliver(
    api: ProviderApi,
    entry: LoggedRequest,
    rule: FaultRule | undefined,
    reply: FastifyReply,
    answer: () => Answer,
  ): Promise<void> {
    const response = reply.raw;
    const delivery = new Delivery(response, entry, {
      chunkDelayMs: rule?.chunkDelayMs ?? this.chunkDelayMs,
      gzip: usesGzip(rule, stringOf(entry.headers['accept-encoding'])),
      cutAfterChunks: rule?.cutAfterChunks,
      stallAfterChunks: rule?.stallAfterChunks,
      holdAfterChunks: rule?.holdAfterChunks,
      held: this.faults.untilReplaced(),
    });
    if (rule?.refuseConnections) return delivery.destroy();
    if (rule?.hang) return closed(response);
    if (rule?.latencyMs) await pause(response, rule.latencyMs);
    if (delivery.callerGone) return;
    const headers = api.headers(entry.requestId);
    try {
      const error = injectedError(rule);
      if (error && rule?.errorAfterChunks === undefined) throw error;
      const answered = answer();
      if ('body' in answered) {
        if (error) throw error;
        return await delivery.json(200, headers, answered.body);
      }
      if (error) {
        delivery.failAfter(rule?.errorAfterChunks ?? 0, () => answered.errorFrame(error));
      }
      return await delivery.stream(headers, answered.frames);
    } catch (thrown) {
      if (response.headersSent) return delivery.destroy();
      entry.usage = null;
      const error = thrown instanceof ProviderError ? thrown : internalError();
      const rendered = api.renderError(error, entry.requestId);
      return delivery.json(error.status, { ...headers, ...error.headers }, rendered);
    }
  }
}

function parsed(bytes: Buffer | undefined): JsonObject | undefined {
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function namesOf(api: ProviderApi, model: string | null): string[] {
  if (model === null) return [];
  const known = api.models.find(({ name, aliases }) => name === model || aliases.includes(model));
  return known ? [known.name, ...known.aliases] : [model];
}

function usesGzip(rule: FaultRule | undefined, acceptEncoding: string): boolean {
  if (rule?.gzip === 'force') return true;
  return rule?.gzip === true && /\bgzip\b/.test(acceptEncoding);
}

function injectedError(rule: FaultRule | undefined): ProviderError | undefined {
  if (!rule?.error) return undefined;
  const { status, type, message, code, headers } = rule.error;
  return new ProviderError(status, type, message, { code, headers });
}

function notJson(): ProviderError {
  const message = 'The body of your request is not valid JSON.';
  return new ProviderError(400, 'invalid_request_error', message);
}

function internalError(): ProviderError {
  return new ProviderError(500, 'api_error', 'Internal server error');
}
