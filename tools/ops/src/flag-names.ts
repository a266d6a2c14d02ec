/** The snake_case field that a flag fills. */
export function fieldOf(flag: string): string {
  return flag.replaceAll('-', '_');
}

/** The flag that fills a field. */
export function flagOf(field: string): string {
  return `--${field.replaceAll('_', '-')}`;
}
