export type JsonScanErrorCode =
  | 'invalid_json'
  | 'invalid_utf8'
  | 'not_an_object'
  | 'too_deep'
  | 'too_many_members'
  | 'duplicate_key';

/** A request body that is refused (400). The message never quotes the body. */
export class JsonScanError extends Error {
  override readonly name = 'JsonScanError';

  constructor(
    readonly code: JsonScanErrorCode,
    message: string,
    /** Byte offset in the body. */
    readonly offset: number,
    readonly param?: string,
  ) {
    super(message);
  }
}
