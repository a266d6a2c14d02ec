import { PublicText } from './public-text.js';

/** A page that is made anew only when what it is made of has changed. */
export class Rendered {
  private made: { of: readonly unknown[]; text: PublicText } | undefined;

  of(parts: readonly unknown[], page: () => string): PublicText {
    const isSame = this.made?.of.every((part, at) => part === parts[at]);
    if (this.made !== undefined && isSame === true) return this.made.text;
    const text = new PublicText(page());
    this.made = { of: parts, text };
    return text;
  }
}
