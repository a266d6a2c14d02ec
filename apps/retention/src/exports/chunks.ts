export interface Chunk {
  data: Buffer;
  /** From 0, without gaps. */
  sequence: number;
  isLast: boolean;
}

/** The same bytes in chunks of one size; the last one, and only that, may be shorter. There is at least one. */
export async function* chunked(pieces: AsyncIterable<Buffer>, size: number): AsyncGenerator<Chunk> {
  let held: Buffer[] = [];
  let bytes = 0;
  let sequence = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    // One chunk is always held back: only the end tells which one is the last.
    while (bytes > size) {
      const all = Buffer.concat(held);
      yield { data: all.subarray(0, size), sequence: sequence++, isLast: false };
      held = [all.subarray(size)];
      bytes -= size;
    }
  }
  yield { data: Buffer.concat(held), sequence, isLast: true };
}
