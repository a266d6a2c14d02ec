import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { codeOf, hasPictures } from './request-code.js';

const ORIGIN = 'https://api.example.com';
const body = {
  model: 'echo',
  messages: [{ role: 'user', content: `It's "so"\n$HOME \`id\` \\ ünïcode` }],
  stop: [],
  store: false,
  stream: true,
  seed: null,
  temperature: 0.5,
};

describe('a conversation as code', () => {
  test('in a shell is the request, whatever is said in it', () => {
    const command = codeOf('curl', ORIGIN, body);
    const shell = `curl() { for last; do :; done; printf %s "$last"; }\n${command}`;
    expect(JSON.parse(execFileSync('sh', ['-c', shell], { encoding: 'utf8' }))).toEqual(body);
    expect(command).toContain(`${ORIGIN}/v1/chat/completions`);
  });

  test('in TypeScript is the request as a literal', () => {
    const code = codeOf('typescript', ORIGIN, body);
    const literal = /create\((.*)\);\nfor await/s.exec(code)?.[1] ?? '';
    expect(JSON.parse(literal)).toEqual(body);
  });

  test('in Python has the words of Python', () => {
    const code = codeOf('python', ORIGIN, body);
    expect(code).toContain(
      '    "stop": [],\n    "store": False,\n    "stream": True,\n    "seed": None,',
    );
    expect(code).toContain('    "messages": [\n        {\n            "role": "user",\n');
  });

  test('has its pictures cut short, and nothing else', () => {
    const url = 'data:image/png;base64,AAAA';
    const request = { messages: [{ content: [{ image_url: { url } }, { text: 'data: x' }] }] };
    expect(hasPictures(request)).toBe(true);
    expect(hasPictures(body)).toBe(false);
    const code = codeOf('curl', ORIGIN, request);
    expect(code).toContain('"data:image/png;base64,…"');
    expect(code).toContain('"data: x"');
  });
});
