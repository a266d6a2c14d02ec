interface Pattern {
  segments: readonly string[];
  methods: Set<string>;
}

/** The routes that the framework was given, to tell a wrong method and an unknown path from a good request. */
export class RouteList {
  private readonly patterns = new Map<string, Pattern>();

  /** `url` may name parameters, as `/v1/models/:id` does. */
  add(url: string, methods: string | readonly string[]): void {
    const pattern = this.patterns.get(url) ?? { segments: url.split('/'), methods: new Set() };
    this.patterns.set(url, pattern);
    for (const method of [methods].flat()) pattern.methods.add(method);
  }

  /** What a canonical path takes; undefined where there is no such route. */
  methodsOf(path: string): ReadonlySet<string> | undefined {
    const exact = this.patterns.get(path);
    if (exact !== undefined) return exact.methods;
    const given = path.split('/');
    for (const { segments, methods } of this.patterns.values()) {
      const matches =
        segments.length === given.length &&
        segments.every((segment, at) =>
          segment.startsWith(':') ? isParameter(given[at]!) : segment === given[at],
        );
      if (matches) return methods;
    }
    return undefined;
  }
}

function isParameter(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}
