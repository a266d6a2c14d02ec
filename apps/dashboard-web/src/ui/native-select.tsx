import type { ComponentProps } from 'react';
import { inputClasses } from './input.js';

/** For long lists: the browser's own, in which typing finds. */
export function NativeSelect({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={inputClasses(className)} />;
}
