/** The most that one log field may say; what is longer is cut. */
const bounds = { stringLength: 4_096, depth: 4, entries: 50 };

const secretNames =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api[-_]?keys?|pass(word|wd)?|secrets?|client[-_]?secret|private[-_]?key|(access|refresh|id|session|bearer)?[-_]?token|credentials?|database[-_]?url|nats[-_]?url)$/i;

/** Content of customers and personal data: never an operator's business. */
const contentNames =
  /^(prompt|completion|messages|content|input|output|body|request[-_]?body|response[-_]?body|payload|parameters|email|headers)$/i;

const secretPatterns: readonly [RegExp, string][] = [
  // The public id of a key may be read, its secret may not.
  [/\b(mb_live_[A-Za-z0-9]{1,64})_[A-Za-z0-9_-]+/g, '$1_[redacted]'],
  [/\bmb_live_[A-Za-z0-9]{25,}/g, 'mb_live_[redacted]'],
  [/\b(sk|rk|pk|whsec)[-_][A-Za-z0-9_-]{12,}/g, '$1-[redacted]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [redacted]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(\.[A-Za-z0-9_-]*)?/g, '[redacted jwt]'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,512}@/gi, '$1[redacted]@'],
];

/** Removes every secret whose form is known. Runs over whole log lines, so nothing gets round it. */
export function redactText(text: string): string {
  let redacted = text;
  for (const [pattern, replacement] of secretPatterns) {
    redacted = redacted.replace(pattern, replacement);
  }
  return redacted;
}

/** Copies the fields of a log entry: bounded, without fields that are secrets or content by their name. */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(object: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object).slice(0, bounds.entries)) {
    result[name] =
      secretNames.test(name) || contentNames.test(name) ? '[redacted]' : redactValue(value, depth);
  }
  return result;
}

function redactValue(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value === 'string') return value.slice(0, bounds.stringLength);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= bounds.depth) return '[too deep]';
  if (Array.isArray(value)) {
    return value.slice(0, bounds.entries).map((entry) => redactValue(entry, depth + 1));
  }
  return redactObject(value, depth + 1);
}

/** An allow-list: database and RPC errors carry parameters and details that quote what people sent. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: error.message.slice(0, bounds.stringLength),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack?.slice(0, bounds.stringLength),
    ...(error.cause instanceof Error && depth < bounds.depth
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}
