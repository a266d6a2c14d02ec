import { describe, expect, it } from '@jest/globals';
import { CLAUDE, KIMI, refusal, translate } from '../testing/translations.js';

const user = { role: 'user', content: 'x' };
const update = (more: object): object => ({ type: 'configuration_update', ...more });
const schema = { type: 'object', properties: {}, additionalProperties: false };
const format = { type: 'json_schema', name: 'n', schema, strict: true };

describe('what an input item configures from there on', () => {
  const input = [
    user,
    update({ reasoning: { effort: 'low' }, text: { format } }),
    { role: 'assistant', content: 'y' },
    update({ reasoning: { effort: 'none' } }),
    user,
  ];

  it('counts, the last of each', () => {
    const { sent, ignored } = translate(
      'responses',
      { input, reasoning: { effort: 'high' } },
      { ...KIMI, thinkingSwitch: 'thinking' },
    );
    expect(sent).toMatchObject({
      reasoning_effort: 'none',
      response_format: { type: 'json_schema', json_schema: { name: 'n' } },
    });
    expect(sent['messages']).toHaveLength(3);
    expect(ignored).toEqual([]);
  });

  it('is text again where that is said last', () => {
    const plain = update({ text: { format: { type: 'text' } } });
    const { sent } = translate('responses', { input: [...input, plain], text: { format } }, KIMI);
    expect(sent).not.toHaveProperty('response_format');
  });

  it('is refused with its place where it is not known', () => {
    const odd = update({ reasoning: { effort: 'enormous' } });
    expect(refusal('responses', { input: [user, odd] }, CLAUDE).param).toBe(
      'input[1].reasoning.effort',
    );
  });
});

it('leaves out and names what a program did at the provider', () => {
  const program = { type: 'program', call_id: 'c', code: 'x' };
  const output = { type: 'program_output', call_id: 'c', result: 'y' };
  const { ignored } = translate('responses', { input: [user, program, output, user] }, CLAUDE);
  expect(ignored).toEqual(['input.program', 'input.program_output']);
});
