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
}

export interface DecodedFrames {
  frames: Frame[];
  end: number;
  tail: 'clean' | 'torn' | 'damaged';
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

/**
 * Reads frames up to the first that is not whole: a preallocated segment ends in zeros, and a crash
 * may tear the last write. `end` is where the next frame belongs; `tail` says what follows: zeros,
 * one torn frame, or more than that, which no crash leaves behind.
 */
export function decodeFrames(bytes: Buffer): DecodedFrames {
  const frames: Frame[] = [];
  let at = 0;
  while (at + headerBytes <= bytes.length) {
    const payloadBytes = bytes.readUInt32LE(at);
    const type = bytes[at + 8];
    if (type === undefined || type === 0) break;
    const next = at + headerBytes + payloadBytes;
    if (next > bytes.length || crc32(bytes.subarray(at + 8, next)) !== bytes.readUInt32LE(at + 4)) {
      const more = bytes.subarray(next).some((byte) => byte !== 0);
      return { frames, end: at, tail: more ? 'damaged' : 'torn' };
    }
    frames.push({ type, payload: bytes.subarray(at + headerBytes, next) });
    at = next;
  }
  return { frames, end: at, tail: 'clean' };
}
