import { describe, expect, it } from '@jest/globals';
import { normaliseBaseUrl } from './base-url.js';

describe('the base URL of an upstream', () => {
  it.each([
    ['openai', 'https://api.openai.com/v1', 'https://api.openai.com/v1'],
    ['openai', 'https://api.openai.com/v1///', 'https://api.openai.com/v1'],
    ['anthropic', 'https://api.anthropic.com/', 'https://api.anthropic.com'],
    ['anthropic', 'https://proxy.example.com/anthropic/', 'https://proxy.example.com/anthropic'],
    ['selfhosted', 'http://127.0.0.1:4021/us-east/v1/', 'http://127.0.0.1:4021/us-east/v1'],
    ['selfhosted', 'http://[::1]:8000/v1', 'http://[::1]:8000/v1'],
    ['selfhosted', 'http://localhost:8000/v1', 'http://localhost:8000/v1'],
  ] as const)('of %s may be %s', (provider, given, normal) => {
    expect(normaliseBaseUrl(provider, given)).toBe(normal);
  });

  it.each([
    ['openai', 'https://api.openai.com', 'must end in /v1'],
    ['openai', 'https://api.openai.com/v1/chat', 'must end in /v1'],
    ['selfhosted', 'https://pool.example.com/v10', 'must end in /v1'],
    ['anthropic', 'https://api.anthropic.com/v1/', 'must not end in /v1'],
    ['openai', 'http://api.openai.com/v1', 'loopback'],
    ['openai', 'http://127.0.0.1.example.com/v1', 'loopback'],
    ['openai', 'http://169.254.169.254/v1', 'loopback'],
    ['openai', 'https://user:secret@api.openai.com/v1', 'credentials'],
    ['openai', 'https://api.openai.com/v1?x=1', 'query'],
    ['openai', 'ftp://127.0.0.1/v1', 'https://'],
    ['openai', 'api.openai.com/v1', 'https://'],
  ] as const)('of %s may not be %s', (provider, given, reason) => {
    expect(() => normaliseBaseUrl(provider, given)).toThrow(reason);
  });
});
