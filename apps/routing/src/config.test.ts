import { describe, expect, it } from '@jest/globals';
import { baseUrlsOf, readConfig } from './config.js';

const env = {
  HTTP_PORT: '4041',
  GRPC_PORT: '4031',
  DATABASE_URL: 'postgres://localhost/routing',
  TLS_CA_FILE: 'ca.pem',
  TLS_CERT_FILE: 'cert.pem',
  TLS_KEY_FILE: 'key.pem',
};

describe('the configuration', () => {
  it('names the vendors by default and no self-hosted region', () => {
    expect(baseUrlsOf(readConfig(env))).toMatchObject({
      openai: new Map([['global', 'https://api.openai.com/v1']]),
      anthropic: new Map([['global', 'https://api.anthropic.com']]),
      selfhosted: new Map(),
    });
  });

  it('names each region by its variable', () => {
    const given = { ...env, SELFHOSTED_EU_WEST_URL: 'https://eu.example.com/v1/' };
    expect(baseUrlsOf(readConfig(given)).selfhosted).toEqual(
      new Map([['eu-west', 'https://eu.example.com/v1']]),
    );
  });

  it.each([
    ['OPENAI_BASE_URL', 'https://api.openai.com', 'must end in /v1'],
    ['ANTHROPIC_BASE_URL', 'https://api.anthropic.com/v1', 'must not end in /v1'],
    ['SELFHOSTED_EU_WEST_URL', 'http://pool.example.com/v1', 'loopback'],
    ['SELFHOSTED_US_EAST_URL', '', 'is empty'],
    ['DATABASE_URL', 'mysql://localhost', 'postgres'],
  ])('stops the boot and names %s when it is %j', (name, value, reason) => {
    const read = (): unknown => readConfig({ ...env, [name]: value });
    expect(read).toThrow(name);
    expect(read).toThrow(reason);
  });
});
