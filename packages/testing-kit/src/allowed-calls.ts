/** The names that an allow-list of methods knows. */
export function callersIn(callers: Readonly<Record<string, readonly string[]>>): string[] {
  return [...new Set(Object.values(callers).flat())];
}

/** A client that calls each method under the first name that the method's allow-list has. */
export function callingAsAllowed<C extends { close(): void }>(
  callers: Readonly<Record<string, readonly string[]>>,
  connect: (caller: string) => C,
): C {
  const clients = new Map(callersIn(callers).map((caller) => [caller, connect(caller)]));
  const methods = Object.entries(callers).flatMap(([method, [caller]]) =>
    caller === undefined ? [] : [[method, Reflect.get(clients.get(caller) ?? {}, method)]],
  );
  return {
    ...(Object.fromEntries(methods) as Omit<C, 'close'>),
    close: () => clients.forEach((client) => client.close()),
  } as C;
}
