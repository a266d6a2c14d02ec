/** `text` cut to fit, with an end of its own by which it differs from others that are cut alike. */
export function shortened(text: string, longest: number, whole = text): string {
  return `${text.slice(0, longest - 9)}_${nameHash(whole)}`;
}

/** FNV-1a: names must differ, not be secret. */
export function nameHash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
