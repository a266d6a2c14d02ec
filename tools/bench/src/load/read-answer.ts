const chunkedEnd = Buffer.from('0\r\n\r\n');
const headEnd = Buffer.from('\r\n\r\n');

export interface Answer {
  status: number;
  /** 0 where it does not say when to come back. */
  retryAfterMs: number;
  /** Bytes of body that are still to come; null: chunked. */
  left: number | null;
  tail: Buffer;
  complete: boolean;
}

/** Reads the next bytes of an answer, or the first with null. A head comes in one piece. */
export function readOn(answer: Answer | null, part: Buffer): Answer {
  if (!answer) {
    const end = part.indexOf(headEnd);
    const head = part.toString('latin1', 0, end);
    const length = /content-length: (\d+)/i.exec(head)?.[1];
    const left = length === undefined ? null : Number(length);
    const fresh = {
      status: Number(head.slice(9, 12)),
      retryAfterMs: Number(/retry-after-ms: (\d+)/i.exec(head)?.[1] ?? 0),
      left,
      tail: Buffer.alloc(0),
      complete: false,
    };
    return readOn(fresh, part.subarray(end + headEnd.length));
  }
  if (answer.left !== null) {
    answer.left -= part.length;
    answer.complete = answer.left <= 0;
    return answer;
  }
  answer.tail = Buffer.concat([answer.tail, part.subarray(-chunkedEnd.length)]).subarray(-5);
  answer.complete = answer.tail.equals(chunkedEnd);
  return answer;
}
