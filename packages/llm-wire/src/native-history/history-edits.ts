import { isObject, type JsonObject } from '../json.js';

export interface HistoryEdits {
  /** New values of top-level members as JSON text; null takes one out. */
  edits: Record<string, string | null>;
  ignored: string[];
}

/** Names what is left out, as the caller calls it. */
export type LeaveOut = (name: string) => void;

/** Members by name, each parsed when it is asked for. */
export type Members = (name: string) => unknown;

/** The objects of an array; undefined where it is none, or holds anything else. */
export function objectsOf(value: unknown): JsonObject[] | undefined {
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
}
