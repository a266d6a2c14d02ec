import { crc32 } from 'node:zlib';

/** What a frame in a segment says. */
export enum FrameType {
  /** Money was granted to this epoch: payload `{allowanceId, spentNanoUsd}`. */
  Allowance = 1,
  /** An allowance was closed with billing: payload `{allowanceId}`. */
  AllowanceClosed = 2,
  Open = 3,
  Progress = 4,
  /** Payload: the request record that is published, byte for byte. */
  Close = 5,
  /** The ledger has committed everything up to this sequence: payload `{sequence}`. */
  Settled = 6,
}

export interface Frame {
  type: FrameType;
  payload: Buffer;
  /** Where the next frame begins. */
  end: number;
}

export interface DecodedFrames {
  frames: Frame[];
  /** Where the next frame belongs. */
  end: number;
  /** What stands there: zeros, a frame that goes on after these bytes, or one that is not whole. */
  next: 'nothing' | 'cut off' | 'broken';
  /** Bytes of that frame, as far as it says so itself. */
  nextBytes: number;
}

const headerBytes = 9;

/** Bytes of a frame with this payload. */
export function frameBytes(payload: string): number {
  return headerBytes + Buffer.byteLength(payload);
}

/** Length (4 bytes), CRC-32 of type and payload (4), type (1), payload; `bytes` is from `frameBytes`. */
export function writeFrame(
  into: Buffer,
  at: number,
  type: FrameType,
  payload: string,
  bytes: number,
): void {
  into.writeUInt32LE(bytes - headerBytes, at);
  into[at + 8] = type;
  into.write(payload, at + headerBytes);
  into.writeUInt32LE(crc32(into.subarray(at + 8, at + bytes)), at + 4);
}

/** Reads the whole frames at the beginning of these bytes. A preallocated segment ends in zeros. */
export function decodeFrames(bytes: Buffer): DecodedFrames {
  const frames: Frame[] = [];
  let at = 0;
  const stop = (next: DecodedFrames['next'], nextBytes: number): DecodedFrames => {
    return { frames, end: at, next, nextBytes };
  };
  for (;;) {
    if (at + headerBytes > bytes.length) return stop('cut off', headerBytes);
    const type = bytes[at + 8];
    if (type === undefined || type === 0) return stop('nothing', 0);
    const end = at + headerBytes + bytes.readUInt32LE(at);
    if (end > bytes.length) return stop('cut off', end - at);
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) {
      return stop('broken', end - at);
    }
    frames.push({ type, payload: bytes.subarray(at + headerBytes, end), end });
    at = end;
  }
}
