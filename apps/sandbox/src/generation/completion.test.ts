import { describe, expect, it } from '@jest/globals';
import { readDirectives, type Directives } from './directives.js';
import { complete, pieces, type Prompt, type Tool } from './completion.js';
import { tokenize } from './tokenizer.js';

const weather: Tool = {
  name: 'get_weather',
  freeform: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock: Tool = { ...weather, name: 'get_time' };

function prompt(changes: Partial<Prompt> = {}): Prompt {
  return {
    seed: 12345,
    directives: {},
    question: 'hello',
    tools: [],
    toolChoice: 'auto',
    parallelToolCalls: true,
    maxOutputTokens: 1000,
    stopSequences: [],
    reasoningTokens: 0,
    ...changes,
  };
}

function textOf(completion: ReturnType<typeof complete>): string {
  return completion.blocks.flatMap((block) => block.tokens).join('');
}

function callsOf(changes: Partial<Prompt>): string[] {
  return complete(prompt({ tools: [weather, clock], ...changes })).blocks.flatMap((block) =>
    block.type === 'tool_call' ? [block.tool.name] : [],
  );
}

describe('complete', () => {
  it('answers the same prompt the same and another prompt differently', () => {
    expect(complete(prompt())).toEqual(complete(prompt()));
    expect(textOf(complete(prompt({ seed: 2 })))).not.toBe(textOf(complete(prompt())));
    expect(textOf(complete(prompt(), 1))).not.toBe(textOf(complete(prompt(), 0)));
  });

  it('counts what it says', () => {
    const completion = complete(prompt({ directives: { tokens: 200 }, reasoningTokens: 50 }));
    expect(completion).toMatchObject({ outputTokens: 250, reasoningTokens: 50 });
    const said = completion.blocks.map((block) => tokenize(block.tokens.join('')).length);
    expect(said).toEqual([50, 200]);
  });

  it('stops at the cap, reasoning first', () => {
    const asked = { directives: { tokens: 100 }, reasoningTokens: 50 };
    expect(complete(prompt({ ...asked, maxOutputTokens: 30 }))).toMatchObject({
      stopReason: 'length',
      outputTokens: 30,
      reasoningTokens: 30,
    });
    expect(complete(prompt({ ...asked, maxOutputTokens: 150 })).stopReason).toBe('stop');
  });

  it('stops before the first stop sequence', () => {
    const directives = { say: 'one two END three HALT' };
    const completion = complete(prompt({ directives, stopSequences: ['HALT', 'END'] }));
    expect(textOf(completion)).toBe('one two ');
    expect(completion).toMatchObject({ stopReason: 'stop_sequence', stopSequence: 'END' });
    expect(completion.outputTokens).toBe(tokenize('one two ').length);
  });

  it('calls a tool only when it is asked or forced to', () => {
    expect(callsOf({ question: 'hello' })).toEqual([]);
    expect(callsOf({ question: 'please call the tool' })).toEqual(['get_weather']);
    expect(callsOf({ question: 'use the get_time tool' })).toEqual(['get_time']);
    expect(callsOf({ question: 'call tool', toolChoice: 'none' })).toEqual([]);
    expect(callsOf({ toolChoice: 'required' })).toEqual(['get_weather']);
    expect(callsOf({ toolChoice: { name: 'get_time' } })).toEqual(['get_time']);
  });

  it('calls several tools at once when asked, unless parallel calls are off', () => {
    expect(callsOf({ question: 'call two tools' })).toEqual(['get_weather', 'get_time']);
    expect(callsOf({ question: 'call two tools', parallelToolCalls: false })).toHaveLength(1);
    expect(callsOf({ question: 'call 9 tools' })).toHaveLength(8);
  });

  it('calls a tool with the input that is given', () => {
    const inputTo = (tool: Tool, input: string): string =>
      complete(prompt({ tools: [tool], toolChoice: 'required', directives: { input } }))
        .blocks.flatMap(({ tokens }) => tokens)
        .join('');
    const run = {
      name: 'run',
      freeform: false,
      parameters: { properties: { cmd: { type: 'string' }, shell: { type: 'string' } } },
    };
    expect(inputTo(run, '{"cmd":"ls","shell":"sh"}')).toBe('{"cmd":"ls","shell":"sh"}');
    expect(inputTo(run, 'echo "a"\n')).toBe('{"cmd":"echo \\"a\\"\\n"}');
    expect(inputTo({ name: 'patch', freeform: true }, 'any "text"\n')).toBe('any "text"\n');
  });

  it('refuses on demand', () => {
    const completion = complete(prompt({ directives: { refuse: true } }));
    expect(completion.stopReason).toBe('refusal');
    expect(completion.blocks.map((block) => block.type)).toEqual(['refusal']);
  });

  it('calls the tool that was asked for last, by its whole name', () => {
    const question = 'You may use the get_time tool. use the get_weather tool';
    expect(callsOf({ question })).toEqual(['get_weather']);
  });

  it('reads brackets within a directive', () => {
    const read = (text: string) => {
      const directives = {};
      readDirectives(text, directives);
      return directives;
    };
    expect(read('[[input={"a":[[1],[2]]}]] [[tokens=7]]')).toEqual({
      input: '{"a":[[1],[2]]}',
      tokens: 7,
    });
    expect(read('[[say=a ] b]] [[refuse]] [[say=[x]]]')).toEqual({ say: '[x]', refuse: true });
    expect(read('[[say=open [ only]]')).toEqual({ say: 'open [ only' });
  });

  it('streams what it says in pieces, or as a whole', () => {
    const say = 'abcdefghij'.repeat(4);
    const piecesOf = (directives: Directives) =>
      complete(prompt({ directives })).blocks.flatMap((block) => pieces(block));
    expect(piecesOf({ say }).map(({ text }) => text)).toEqual([
      say.slice(0, 15),
      say.slice(15, 30),
      say.slice(30),
    ]);
    expect(piecesOf({ say, whole: true })).toEqual([{ text: say, tokens: 8 }]);
  });
});
