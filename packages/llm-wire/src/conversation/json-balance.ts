/** Tells from streamed text whether one JSON object or array has been closed. */
export class JsonBalance {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private opened = false;

  get complete(): boolean {
    return this.opened && this.depth === 0;
  }

  add(text: string): void {
    for (const char of text) {
      if (this.inString) this.stringChar(char);
      else if (char === '"') this.inString = true;
      else if (char === '{' || char === '[') {
        this.opened = true;
        this.depth++;
      } else if (char === '}' || char === ']') this.depth--;
    }
  }

  private stringChar(char: string): void {
    if (this.escaped) this.escaped = false;
    else if (char === '\\') this.escaped = true;
    else if (char === '"') this.inString = false;
  }
}
