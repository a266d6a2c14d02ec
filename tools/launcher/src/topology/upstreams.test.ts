import { describe, expect, it } from '@jest/globals';
import {
  keysOfSandbox,
  UPSTREAM_KEYS,
  upstreamKeys,
  upstreamNotices,
  upstreamUrls,
} from './upstreams.js';

const SANDBOX = 'http://127.0.0.1:4021';
const SANDBOX_KEYS = Object.fromEntries(UPSTREAM_KEYS.map((name) => [name, `${name} of sandbox`]));
const ACCEPTED = Object.fromEntries(
  Object.entries(SANDBOX_KEYS).map(([name, key]) => [`SANDBOX_${name}`, key]),
);

describe('upstreams', () => {
  it('are the sandbox where nothing is set', () => {
    expect(upstreamUrls({}, SANDBOX)).toMatchObject({
      OPENAI_BASE_URL: `${SANDBOX}/openai/v1`,
      ANTHROPIC_BASE_URL: `${SANDBOX}/anthropic`,
      SELFHOSTED_US_EAST_URL: `${SANDBOX}/selfhosted/us-east/v1`,
      SELFHOSTED_US_WEST_URL: `${SANDBOX}/selfhosted/us-west/v1`,
      SELFHOSTED_EU_WEST_URL: `${SANDBOX}/selfhosted/eu-west/v1`,
      SELFHOSTED_AP_SOUTHEAST_URL: `${SANDBOX}/selfhosted/ap-southeast/v1`,
    });
    expect(upstreamKeys({}, SANDBOX_KEYS)).toEqual(SANDBOX_KEYS);
    expect(keysOfSandbox({}, SANDBOX_KEYS)).toEqual(ACCEPTED);
  });

  it('have only the self-hosted regions that are set, once one is', () => {
    const urls = upstreamUrls({ SELFHOSTED_EU_WEST_URL: 'https://eu.example/v1' }, SANDBOX);
    expect(Object.keys(urls).filter((name) => name.startsWith('SELFHOSTED'))).toEqual([
      'SELFHOSTED_EU_WEST_URL',
    ]);
    expect(urls['SELFHOSTED_EU_WEST_URL']).toBe('https://eu.example/v1');
  });

  it('are taken from files as from values', () => {
    const environment = { OPENAI_BASE_URL_FILE: '/run/url', OPENAI_API_KEY_FILE: '/run/key' };
    const urls = upstreamUrls(environment, SANDBOX);
    expect(urls).toMatchObject({ OPENAI_BASE_URL_FILE: '/run/url' });
    expect(urls).not.toHaveProperty('OPENAI_BASE_URL');
    const { OPENAI_API_KEY: _, ...others } = SANDBOX_KEYS;
    expect(upstreamKeys(environment, SANDBOX_KEYS)).toEqual({
      ...others,
      OPENAI_API_KEY_FILE: '/run/key',
    });
  });

  it('keep an empty value, so that the service names it', () => {
    expect(upstreamKeys({ OPENAI_API_KEY: '' }, SANDBOX_KEYS)).toMatchObject({
      OPENAI_API_KEY: '',
    });
  });

  it('tell the sandbox a key only where it stands in', () => {
    const key = { ANTHROPIC_API_KEY: 'user-key' };
    expect(keysOfSandbox(key, SANDBOX_KEYS)).toEqual({
      ...ACCEPTED,
      SANDBOX_ANTHROPIC_API_KEY: 'user-key',
    });
    const elsewhere = { ...key, ANTHROPIC_BASE_URL: 'https://api.anthropic.com' };
    expect(keysOfSandbox(elsewhere, SANDBOX_KEYS)).toEqual(ACCEPTED);
  });

  it('say that a key alone does not lead to the vendor', () => {
    expect(upstreamNotices({ OPENAI_API_KEY: 'k' })).toEqual([
      expect.stringContaining('OPENAI_BASE_URL=https://api.openai.com/v1'),
    ]);
    expect(upstreamNotices({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'u' })).toEqual([]);
    expect(upstreamNotices({})).toEqual([]);
  });
});
