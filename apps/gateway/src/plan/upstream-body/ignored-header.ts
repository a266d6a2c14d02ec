/** Of one name, and of the header: what clients take for a header at all is about 16 KB. */
const maxNameChars = 96;
const maxHeaderChars = 4_096;
/** All visible ASCII but what parts names and what escapes are written with. */
const unsafe = /[^!-~]|[,%]/gu;

/**
 * Names that a caller chose, as the value of a header: percent-encoded where they are not plain, a
 * long one cut, and the rest of a long list as its count.
 */
export function ignoredHeader(names: readonly string[]): string {
  let value = '';
  for (const [index, name] of names.entries()) {
    const next = headerSafe(name);
    if (value.length + next.length > maxHeaderChars) {
      return `${value}, ... and ${names.length - index} more`;
    }
    value += value === '' ? next : `, ${next}`;
  }
  return value;
}

function headerSafe(name: string): string {
  const characters = [...name.slice(0, maxNameChars + 1)];
  const cut = name.length > maxNameChars ? `${characters.slice(0, -1).join('')}...` : name;
  return cut.replaceAll(unsafe, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
