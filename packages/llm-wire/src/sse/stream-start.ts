const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
/** A byte order mark, which may precede the first line. */
const MARK = [0xef, 0xbb, 0xbf];

/** Finds where a stream begins to say something: comments and blank lines before that are silence. */
export class StreamStart {
  private found = false;
  private inComment = false;

  /** The bytes from the beginning of the first field on; none while there is none. */
  from(chunk: Buffer): Buffer {
    if (this.found) return chunk;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === LF || byte === CR) this.inComment = false;
      else if (byte === COLON) this.inComment = true;
      else if (!this.inComment && !MARK.includes(byte)) {
        this.found = true;
        return chunk.subarray(i);
      }
    }
    return chunk.subarray(chunk.length);
  }
}
