/** A disk, or a share of one, that the process or a server of its writes to. */
export interface Volume {
  /** In metrics, logs and, followed by "room", in `/readyz`. */
  name: string;
  /** Bytes that can still be written; undefined where nobody knows at the moment. May reject for the same. */
  room: () => Promise<number | undefined>;
  /** Below it a person is told. */
  lowBytes: number;
  /** Below it the process is not ready as well: where money could be lost, or its loss hidden, without room. */
  leastBytes?: number;
}

export type RoomLevel = 'enough' | 'low' | 'least';

export function roomLevel({ lowBytes, leastBytes = 0 }: Volume, roomBytes: number): RoomLevel {
  if (roomBytes < leastBytes) return 'least';
  return roomBytes < lowBytes ? 'low' : 'enough';
}
