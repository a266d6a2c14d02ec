import { Preference } from './preference.js';

export type Theme = 'system' | 'light' | 'dark';

/** `build/theme-before-paint.ts` reads it too. */
export const theme = new Preference<Theme>('theme', ['system', 'light', 'dark']);

function show(value: Theme): void {
  const root = document.documentElement;
  if (value === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = value;
}

show(theme.value);
theme.onChange(show);
