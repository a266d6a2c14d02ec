import { setImmediate as nextTurn } from 'node:timers/promises';

/** So much is copied in one turn of the event loop: new memory costs more than the copy. */
const TURN_BYTES = 1024 * 1024;

/** The pieces as one, over several turns where they are large. The list is empty afterwards. */
export async function joinPieces(pieces: Buffer[], size: number): Promise<Buffer> {
  const joined = Buffer.allocUnsafeSlow(size);
  let at = 0;
  let inTurn = 0;
  for (const piece of pieces.splice(0)) {
    for (let from = 0; from < piece.length; from += TURN_BYTES) {
      const part = piece.subarray(from, from + TURN_BYTES);
      at += part.copy(joined, at);
      inTurn += part.length;
      if (inTurn < TURN_BYTES) continue;
      inTurn = 0;
      await nextTurn();
    }
  }
  return joined;
}
