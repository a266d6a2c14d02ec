import { describe, expect, it } from '@jest/globals';
import { emailKey, newUserSchema } from './user.js';

function firstProblem(request: unknown): string | undefined {
  const issue = newUserSchema.safeParse({ plan: '', ...(request as object) }).error?.issues[0];
  return issue === undefined ? undefined : `${String(issue.path[0])} ${issue.message}`;
}

describe('a new user', () => {
  it('keeps the address as typed, without the space around it', () => {
    expect(newUserSchema.parse({ email: ' Ada@Example.com ', name: ' Ada ', plan: '' })).toEqual({
      email: 'Ada@Example.com',
      name: 'Ada',
      plan: '',
    });
  });

  it.each([
    ['', 'email is required'],
    ['   ', 'email is required'],
    ['ada', 'email must be an e-mail address'],
    ['ada@', 'email must be an e-mail address'],
    ['ada@example.com, bob@example.com', 'email must be an e-mail address'],
    ['ada@example.com\nBcc: bob@example.com', 'email must be an e-mail address'],
    ['ada\u0000@example.com', 'email must be an e-mail address'],
    [`${'a'.repeat(250)}@example.com`, 'email must have at most 254 characters'],
  ])('is refused with the address %j', (email, problem) => {
    expect(firstProblem({ email, name: 'Ada' })).toBe(problem);
  });

  it.each([
    ['', 'name is required'],
    [' \t ', 'name is required'],
    ['a'.repeat(201), 'name must have at most 200 characters'],
    ['Ada\u0000', 'name must not contain control characters'],
    ['Ada\r\nLovelace', 'name must not contain control characters'],
  ])('is refused with the name %j', (name, problem) => {
    expect(firstProblem({ email: 'ada@example.com', name })).toBe(problem);
  });

  it('may have a name in any script', () => {
    expect(
      newUserSchema.parse({ email: 'ada@example.com', name: '愛 Žižek 🚀', plan: '' }).name,
    ).toBe('愛 Žižek 🚀');
  });
});

describe('the key of an address', () => {
  it('does not depend on case', () => {
    expect(emailKey('Ada@Example.COM')).toBe(emailKey('ada@example.com'));
  });
});
