import { providerFacts, providers, regions, type Provider } from '@modelbridge/contracts';

type Variables = Record<string, string | undefined>;

export const UPSTREAM_KEYS: string[] = providers.map(
  (provider) => providerFacts[provider].keyVariable,
);

/** Whether the user has set a variable, or its form with a file. */
export function isSet(environment: Variables, name: string): boolean {
  return environment[name] !== undefined || environment[`${name}_FILE`] !== undefined;
}

/** These variables as the user has set them. */
export function asSet(environment: Variables, names: string[]): Record<string, string> {
  const forms = names.flatMap((name) => [name, `${name}_FILE`]);
  return Object.fromEntries(
    forms.flatMap((form) => {
      const value = environment[form];
      return value === undefined ? [] : [[form, value]];
    }),
  );
}

/** The variables that say where a provider is, each with the path of its stand-in at the sandbox. */
function standInPaths(provider: Provider): Record<string, string> {
  const { location, baseUrlHasVersion } = providerFacts[provider];
  const end = baseUrlHasVersion ? '/v1' : '';
  if (!location.isRegional) return { [location.urlVariable]: `/${provider}${end}` };
  return Object.fromEntries(
    regions.map((region) => [location.urlVariables[region], `/${provider}/${region}${end}`]),
  );
}

/** The sandbox stands in for a provider of which no URL is set. */
function sandboxStandsIn(environment: Variables, provider: Provider): boolean {
  return !Object.keys(standInPaths(provider)).some((name) => isSet(environment, name));
}

/**
 * Where models are reached: each URL as the user set it, else the sandbox. Once one self-hosted
 * region is set, the others do not exist.
 */
export function upstreamUrls(environment: Variables, sandboxUrl: string): Record<string, string> {
  const urls = providers.flatMap((provider) => {
    const paths = standInPaths(provider);
    return sandboxStandsIn(environment, provider)
      ? Object.entries(paths).map(([name, path]) => [name, `${sandboxUrl}${path}`])
      : Object.entries(asSet(environment, Object.keys(paths)));
  });
  return Object.fromEntries(urls) as Record<string, string>;
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
  const sent = providers
    .filter((provider) => sandboxStandsIn(environment, provider))
    .flatMap((provider) =>
      // An empty key is the gateway's to name.
      Object.entries(asSet(environment, [providerFacts[provider].keyVariable])).filter(
        ([, value]) => value !== '',
      ),
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
  return providers.flatMap((provider) => {
    const { keyVariable, location } = providerFacts[provider];
    if (location.isRegional || !isSet(environment, keyVariable)) return [];
    const { urlVariable, defaultUrl } = location;
    if (isSet(environment, urlVariable)) return [];
    return [
      `${keyVariable} is set, ${urlVariable} is not: the sandbox answers in the vendor's place. ` +
        `Set ${urlVariable}=${defaultUrl} to reach the vendor.`,
    ];
  });
}
