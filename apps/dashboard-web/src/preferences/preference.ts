import { useSyncExternalStore } from 'react';

/** A choice of this browser: kept in its local storage and told to nobody. */
export class Preference<T extends string> {
  private readonly listeners = new Set<(value: T) => void>();
  /** Where the browser refuses its storage, a choice is of this visit. */
  private current: T;

  /** @param values the first is the default */
  constructor(
    private readonly key: string,
    readonly values: readonly [T, ...T[]],
  ) {
    this.current = this.read();
    window.addEventListener('storage', (event) => {
      if (event.key === key || event.key === null) this.become(this.read());
    });
  }

  get value(): T {
    return this.current;
  }

  choose(value: T): void {
    try {
      window.localStorage.setItem(this.key, value);
    } catch {
      // Refused, or full.
    }
    this.become(value);
  }

  onChange(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private become(value: T): void {
    this.current = value;
    for (const listener of this.listeners) listener(value);
  }

  private read(): T {
    let kept: string | null = null;
    try {
      kept = window.localStorage.getItem(this.key);
    } catch {
      // Refused.
    }
    return this.values.find((value) => value === kept) ?? this.values[0];
  }
}

export function usePreference<T extends string>(preference: Preference<T>): T {
  return useSyncExternalStore(
    (listener) => preference.onChange(listener),
    () => preference.value,
  );
}
