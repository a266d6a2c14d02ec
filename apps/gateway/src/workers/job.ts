/** Work on bytes that a thread beside the event loop can do: what goes in and comes out is plain data. */
export interface Job<I extends object, O extends object> {
  name: string;
  run(input: I): O;
}

export interface Parcel<T> {
  value: T;
  /** What changes hands instead of being copied. */
  moved: ArrayBuffer[];
}

/** Buffers are looked for in the members of a value, and in the members of those. */
const LEVELS = 2;

/** Makes a value ready to be sent. The memory of its buffers goes along: here they are empty afterwards. */
export function pack<T extends object>(value: T): Parcel<T> {
  const moved = new Set<ArrayBuffer>();
  const packed = mapBuffers(value, LEVELS, (bytes) => {
    const own = ownMemory(bytes);
    moved.add(own.buffer as ArrayBuffer);
    return own;
  });
  return { value: packed, moved: [...moved] };
}

/** What came, with its bytes as Buffers again. */
export function unpack<T extends object>(value: T): T {
  return mapBuffers(value, LEVELS, ({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
}

/** A small one may be a part of memory that others have parts of. */
function ownMemory(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

function mapBuffers<T extends object>(
  value: T,
  levels: number,
  map: (bytes: Uint8Array) => Uint8Array,
): T {
  const mapped: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member instanceof Uint8Array) mapped[name] = map(member);
    else
      mapped[name] = levels > 1 && isPlain(member) ? mapBuffers(member, levels - 1, map) : member;
  }
  return mapped as T;
}

function isPlain(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
