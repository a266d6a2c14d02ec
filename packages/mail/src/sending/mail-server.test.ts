import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { mailConfig } from './mail-config.js';
import { mailServerOf } from './mail-server.js';

describe('a mail server', () => {
  it.each([
    ['smtps://u:p%40w@mail.example.com', { host: 'mail.example.com', port: 465, secure: true }],
    ['smtp://u:p@mail.example.com:2525', { port: 2525, secure: false, requireTLS: true }],
    ['smtp://u:p@127.0.0.1:25', { port: 25, requireTLS: false }],
    ['smtp://u:p@[::1]:25', { host: '::1', requireTLS: false }],
    ['smtp://u:p@127.0.0.1.example.com', { port: 587, requireTLS: true }],
  ])('%s', (url, expected) => {
    expect(mailServerOf(url)).toMatchObject(expected);
  });

  it('has a password as it is, not as a URL writes it', () => {
    expect(mailServerOf('smtp://u%3A:p%40w@h').auth).toEqual({ user: 'u:', pass: 'p@w' });
  });

  it.each([
    ['mail.example.com', /smtp:\/\/user:password@host:port/],
    ['https://u:p@mail.example.com', /smtp:\/\/user:password@host:port/],
    ['smtp://mail.example.com', /user and a password/],
    ['smtps://u:p@mail.example.com/?tls.rejectUnauthorized=false', /end after the port/],
  ])('is not %s', (url, message) => {
    expect(() => mailServerOf(url)).toThrow(message);
  });
});

describe('the configuration', () => {
  const problems = (env: NodeJS.ProcessEnv): string => {
    try {
      loadConfig(z.object(mailConfig), env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.join('\n');
    }
    return '';
  };

  it('names what is missing for mails', () => {
    for (const name of ['SMTP_URL', 'MAIL_FROM', 'APP_URL']) {
      expect(problems({})).toContain(`${name} is missing`);
    }
  });

  it('quotes no password of a mail server that it refuses', () => {
    const said = problems({ SMTP_URL: 'smtps://u:hidden@h/path', MAIL_FROM: 'no address' });
    expect(said).toMatch(/SMTP_URL is not valid: must end after the port/);
    expect(said).toMatch(/MAIL_FROM is not valid: must be Name <address>/);
    expect(said).not.toContain('hidden');
  });
});
