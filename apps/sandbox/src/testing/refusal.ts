import type { JsonObject } from '../json.js';

/** A request that a vendor refuses, and the one nearest to it that the vendor takes. */
export interface Refusal {
  /** The member that is refused, as the vendor's own words name it. */
  member: string;
  /** Where it is known from: the vendor's documentation or types, or a public issue that quotes it. */
  source: string;
  /** Laid over the smallest body that the vendor takes. */
  refused: JsonObject;
  accepted: JsonObject;
  headers?: { refused?: Record<string, string>; accepted?: Record<string, string> };
  /** The vendor's message, whole. */
  words: string;
  /** OpenAI's `code`, where it has one. */
  code?: string;
  /** 400 where it is left out. */
  status?: number;
  /** The end of the path, where it is not the vendor's usual one. */
  path?: string;
}
