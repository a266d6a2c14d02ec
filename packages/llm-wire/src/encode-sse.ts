/** One server-sent event; `data` must be a single line, as JSON text is. */
export function encodeSse(event: string | undefined, data: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}
