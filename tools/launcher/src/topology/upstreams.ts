type Variables = Record<string, string | undefined>;

const SELFHOSTED_PATHS: Record<string, string> = {
  SELFHOSTED_US_EAST_URL: '/selfhosted/us-east/v1',
  SELFHOSTED_US_WEST_URL: '/selfhosted/us-west/v1',
  SELFHOSTED_EU_WEST_URL: '/selfhosted/eu-west/v1',
  SELFHOSTED_AP_SOUTHEAST_URL: '/selfhosted/ap-southeast/v1',
};

export const UPSTREAM_KEYS = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'SELFHOSTED_API_KEY'];

function isSet(environment: Variables, name: string): boolean {
  return environment[name] !== undefined || environment[`${name}_FILE`] !== undefined;
}

function asSet(environment: Variables, names: string[]): Record<string, string> {
  const forms = names.flatMap((name) => [name, `${name}_FILE`]);
  return Object.fromEntries(
    forms.flatMap((form) => {
      const value = environment[form];
      return value === undefined ? [] : [[form, value]];
    }),
  );
}

function selfHosted(environment: Variables): string[] {
  return Object.keys(SELFHOSTED_PATHS).filter((name) => isSet(environment, name));
}

/**
 * Where models are reached: each URL as the user set it, else the sandbox. Once one self-hosted
 * region is set, the others do not exist.
 */
export function upstreamUrls(environment: Variables, sandboxUrl: string): Record<string, string> {
  const standIns: Record<string, string> = {};
  if (!isSet(environment, 'OPENAI_BASE_URL')) {
    standIns['OPENAI_BASE_URL'] = `${sandboxUrl}/openai/v1`;
  }
  if (!isSet(environment, 'ANTHROPIC_BASE_URL')) {
    standIns['ANTHROPIC_BASE_URL'] = `${sandboxUrl}/anthropic`;
  }
  if (selfHosted(environment).length === 0) {
    for (const [name, path] of Object.entries(SELFHOSTED_PATHS)) {
      standIns[name] = `${sandboxUrl}${path}`;
    }
  }
  return {
    ...standIns,
    ...asSet(environment, [
      'OPENAI_BASE_URL',
      'ANTHROPIC_BASE_URL',
      ...Object.keys(SELFHOSTED_PATHS),
    ]),
  };
}

/** The keys sent upstream: each as the user set it, else the sandbox's own. */
export function upstreamKeys(
  environment: Variables,
  sandboxKeys: Record<string, string>,
): Record<string, string> {
  return Object.assign(
    {},
    ...UPSTREAM_KEYS.map((name) =>
      isSet(environment, name) ? asSet(environment, [name]) : { [name]: sandboxKeys[name] ?? '' },
    ),
  ) as Record<string, string>;
}

/** The keys that the sandbox accepts: what it will be sent where it stands in. */
export function keysOfSandbox(
  environment: Variables,
  sandboxKeys: Record<string, string>,
): Record<string, string> {
  const standsIn = (key: string) =>
    key === 'SELFHOSTED_API_KEY'
      ? selfHosted(environment).length === 0
      : !isSet(environment, key.replace('_API_KEY', '_BASE_URL'));
  const sent = UPSTREAM_KEYS.filter(standsIn).flatMap((key) =>
    // An empty key is the gateway's to name.
    Object.entries(asSet(environment, [key])).filter(([, value]) => value !== ''),
  );
  return Object.fromEntries(
    Object.entries(upstreamKeys(Object.fromEntries(sent), sandboxKeys)).map(([name, value]) => [
      `SANDBOX_${name}`,
      value,
    ]),
  );
}

/** What a user who set a key but no URL should know: the key alone does not lead to the vendor. */
export function upstreamNotices(environment: Variables): string[] {
  const vendors = [
    { name: 'OPENAI', url: 'https://api.openai.com/v1' },
    { name: 'ANTHROPIC', url: 'https://api.anthropic.com' },
  ];
  return vendors
    .filter(({ name }) => isSet(environment, `${name}_API_KEY`))
    .filter(({ name }) => !isSet(environment, `${name}_BASE_URL`))
    .map(
      ({ name, url }) =>
        `${name}_API_KEY is set, ${name}_BASE_URL is not: the sandbox answers in the vendor's place. ` +
        `Set ${name}_BASE_URL=${url} to reach the vendor.`,
    );
}
