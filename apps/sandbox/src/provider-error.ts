interface ProviderErrorOptions {
  code?: string | number | null;
  param?: string | null;
  headers?: Record<string, string>;
}

/** A refusal, before it is put in the vendor's shape. */
export class ProviderError extends Error {
  readonly code: string | number | null;
  readonly param: string | null;
  readonly headers: Record<string, string>;

  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    options: ProviderErrorOptions = {},
  ) {
    super(message);
    this.code = options.code ?? null;
    this.param = options.param ?? null;
    this.headers = options.headers ?? {};
  }
}
