import fc from 'fast-check';

/** The bytes cut at random places, often within a character or a line ending. */
export function chunked(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat({ max: bytes.length }), { maxLength: 40 }).map((cuts) => {
    const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
  });
}

/** Every byte on its own. */
export function singleBytes(bytes: Uint8Array): Uint8Array[] {
  return [...bytes].map((byte) => Uint8Array.of(byte));
}
