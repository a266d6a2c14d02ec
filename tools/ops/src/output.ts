/** Where a command line prints: `process`, or what a program gives that runs it. */
export interface Output {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}
