import type { IncomingHttpHeaders } from 'node:http';

/** The last version that takes the sampling parameters, and what a caller that names none gets. */
const pinnedVersion = '2023-06-01';
const versionPattern = /^\d{4}-\d{2}-\d{2}$/;

export interface AnthropicHeaders {
  /** Name and value in turn. */
  headers: readonly string[];
  /** Betas that do not go upstream. */
  refusedBetas: readonly string[];
}

/** `anthropic-version` as the caller sent it, or pinned where its body would be refused under that. */
export function anthropicHeaders(
  caller: IncomingHttpHeaders,
  allowedBetas: readonly string[],
  pinVersion: boolean,
): AnthropicHeaders {
  const asked = caller['anthropic-version'];
  const version =
    !pinVersion && typeof asked === 'string' && versionPattern.test(asked) ? asked : pinnedVersion;
  const betas = betasOf(caller);
  const allowed = betas.filter((beta) => allowedBetas.includes(beta));
  const headers = ['anthropic-version', version];
  if (allowed.length > 0) headers.push('anthropic-beta', allowed.join(','));
  return { headers, refusedBetas: betas.filter((beta) => !allowed.includes(beta)) };
}

/** The betas that a caller asks for. */
export function betasOf(caller: IncomingHttpHeaders): string[] {
  const given = caller['anthropic-beta'];
  if (given === undefined) return [];
  const names = String(given)
    .split(',')
    .map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
