declare module 'fs-native-extensions' {
  /** Takes the exclusive advisory lock of an open file; false when another descriptor holds it. */
  export function tryLock(fd: number): boolean;
}
