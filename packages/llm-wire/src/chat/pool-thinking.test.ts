import { describe, expect, it } from '@jest/globals';
import { CLAUDE, GPT, KIMI, translate } from '../testing/translations.js';

const messages = [{ role: 'user', content: 'hi' }];
const off = { max_tokens: 9, messages, thinking: { type: 'disabled' } };
const SWITCHED = { ...KIMI, thinkingSwitch: 'thinking' };
const CODEX = { ...GPT, efforts: ['low', 'medium', 'high', 'xhigh'] as const };

describe('OpenRouter’s reasoning in a chat body', () => {
  it.each([
    [{ enabled: false }, { effort: 'none' }],
    [{ effort: 'high', exclude: true }, { effort: 'high' }],
    [{ max_tokens: 8_000 }, { effort: 'medium' }],
    [{ exclude: true }, undefined],
  ])('is understood: %j', (reasoning, said) => {
    const { sent, ignored } = translate('chat', { messages, reasoning }, GPT);
    if (said === undefined) expect(ignored).toEqual(['reasoning']);
    else expect(sent['reasoning']).toMatchObject(said);
  });
});

describe('thinking that is switched off', () => {
  it('is off in the server’s word and in the template’s', () => {
    const { sent, ignored } = translate('messages', off, SWITCHED);
    expect(sent).toMatchObject({
      reasoning_effort: 'none',
      chat_template_kwargs: { thinking: false },
    });
    expect(ignored).toEqual([]);
  });

  it('is named where nothing switches it off', () => {
    const { sent, ignored } = translate('messages', off, KIMI);
    expect(sent['reasoning_effort']).toBe('low');
    expect(sent).not.toHaveProperty('chat_template_kwargs');
    expect(ignored).toEqual(['thinking']);
  });

  it('is off for GPT, and as little as it gives, and named, for Codex', () => {
    const gpt = translate('messages', off, GPT);
    expect(gpt.sent['reasoning']).toEqual({ effort: 'none' });
    expect(gpt.ignored).toEqual([]);
    const codex = translate('messages', off, CODEX);
    expect(codex.sent['reasoning']).toEqual({ effort: 'low' });
    expect(codex.ignored).toEqual(['thinking']);
  });

  it('is left out for Claude, which thinks when asked', () => {
    const asked = [{ reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }];
    for (const how of asked) {
      const { sent, ignored } = translate('chat', { messages, ...how }, CLAUDE);
      expect(sent).not.toHaveProperty('thinking');
      expect(ignored).toEqual([]);
    }
  });
});

describe('thinking that is asked for', () => {
  it('is on in the template’s word too, at an effort that the server knows', () => {
    const thinking = { type: 'enabled', budget_tokens: 40_000 };
    const { sent } = translate('messages', { ...off, thinking }, SWITCHED);
    expect(sent).toMatchObject({
      reasoning_effort: 'high',
      chat_template_kwargs: { thinking: true },
    });
  });

  it('is the nearest that an OpenAI model gives', () => {
    const { sent, ignored } = translate(
      'responses',
      { input: 'x', reasoning: { effort: 'minimal' } },
      CODEX,
    );
    expect(sent['reasoning']).toEqual({ effort: 'low' });
    expect(ignored).toEqual([]);
  });

  it('leaves the model to itself where nothing is said', () => {
    const { sent } = translate('chat', { messages }, { ...SWITCHED });
    expect(sent).not.toHaveProperty('chat_template_kwargs');
    expect(sent).not.toHaveProperty('reasoning_effort');
  });
});
