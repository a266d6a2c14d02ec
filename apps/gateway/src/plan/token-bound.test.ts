import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scanBody } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import {
  capToWrite,
  contextLeftFor,
  inputTokensOf,
  mayWriteCache,
  outputRangeOf,
} from './token-bound.js';

const model = {
  provider: 'anthropic',
  maxInputTokens: 200_000,
  maxOutputTokens: 64_000,
  maxTokensPerImage: 1_600,
  maxTokensPerFile: 200_000,
} as CatalogModel;

function measure(content: unknown) {
  const body = Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }] }));
  return scanBody(body, []).input;
}

describe('inputTokensOf', () => {
  it('bounds text by its bytes', () => {
    const input = measure('x'.repeat(1_000));
    const { bound, estimated } = inputTokensOf(input, model, 0);
    expect(bound).toBeGreaterThanOrEqual(1_000);
    expect(bound).toBeLessThan(1_200);
    expect(estimated).toBeLessThan(bound);
  });

  it('adds the hidden instructions of tools', () => {
    const input = measure('x');
    const plain = inputTokensOf(input, model, 0).bound;
    expect(inputTokensOf(input, model, 512).bound - plain).toBe(512);
  });

  it('counts an inline image by its maximum, not by its bytes', () => {
    const url = `data:image/png;base64,${'A'.repeat(500_000)}`;
    const { bound } = inputTokensOf(measure([{ type: 'image_url', image_url: { url } }]), model, 0);
    expect(bound).toBeLessThan(5_000);
    expect(bound).toBeGreaterThan(1_600);
  });

  it.each([
    ['an image by URL', { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
    ['sound', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }],
    ['a file', { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }],
  ])('takes the whole input limit for %s', (_, part) => {
    expect(inputTokensOf(measure([part]), model, 0).bound).toBe(200_000);
  });

  it('is never above the model’s input limit', () => {
    expect(inputTokensOf(measure('x'.repeat(300_000)), model, 512).bound).toBe(200_000);
  });
});

describe('contextLeftFor', () => {
  const pool = { ...model, contextWindowTokens: 200_000 };

  it('is the context less the prompt, of which a short one is counted high', () => {
    const left = contextLeftFor(pool, inputTokensOf(measure('hello'), model, 0));
    expect(left).toBeGreaterThan(199_800);
    expect(left).toBeLessThan(200_000);
  });

  it('leaves a long prompt half of what our own count leaves', () => {
    const left = contextLeftFor(pool, inputTokensOf(measure('x'.repeat(480_000)), model, 0));
    expect(left).toBeGreaterThan(39_000);
    expect(left).toBeLessThan(41_000);
  });
});

describe('mayWriteCache', () => {
  it('holds cache writes for Anthropic only where the body may mark something', () => {
    expect(mayWriteCache(Buffer.from('{"messages":[]}'), model)).toBe(false);
    expect(mayWriteCache(Buffer.from('{"cache_control":{}}'), model)).toBe(true);
    expect(mayWriteCache(Buffer.from('{"cache\\u005fcontrol":{}}'), model)).toBe(true);
    expect(mayWriteCache(Buffer.from('{}'), { ...model, provider: 'selfhosted' })).toBe(true);
  });
});

describe('outputRangeOf', () => {
  it('asks for the model’s maximum where the caller set no cap', () => {
    expect(outputRangeOf(undefined, 64_000, 1)).toEqual({ largest: 64_000, smallest: 256 });
  });

  it('asks for no more than the model can give and no less than the upstream accepts', () => {
    expect(outputRangeOf(1e6, 64_000, 1).largest).toBe(64_000);
    expect(outputRangeOf(5, 64_000, 16)).toEqual({ largest: 16, smallest: 16 });
    expect(outputRangeOf(100, 64_000, 1)).toEqual({ largest: 100, smallest: 100 });
    expect(outputRangeOf(undefined, 64_000, 4_001).smallest).toBe(4_001);
  });
});

describe('capToWrite', () => {
  const base = { callerCap: undefined, choices: 1, contextLeft: 100_000, mustFit: false };

  it('leaves the body alone when everything is covered', () => {
    const range = outputRangeOf(undefined, 64_000, 1);
    expect(capToWrite({ ...base, range, covered: 64_000 })).toBeUndefined();
  });

  it('writes the model’s maximum over a cap above it', () => {
    const range = outputRangeOf(1e9, 64_000, 1);
    expect(capToWrite({ ...base, callerCap: 1e9, range, covered: 64_000 })).toBe(64_000);
  });

  it('lowers a cap to what the context has room for, where the upstream would refuse it', () => {
    const range = outputRangeOf(64_000, 64_000, 1);
    const asked = { callerCap: 64_000, range, covered: 64_000, choices: 1, contextLeft: 9_000 };
    expect(capToWrite({ ...asked, mustFit: true })).toBe(9_000);
    expect(capToWrite({ ...asked, mustFit: false })).toBeUndefined();
    expect(capToWrite({ ...asked, mustFit: true, contextLeft: 64_000 })).toBeUndefined();
    expect(capToWrite({ ...asked, mustFit: true, contextLeft: -5 })).toBe(256);
    expect(capToWrite({ ...asked, mustFit: true, callerCap: undefined })).toBeUndefined();
  });

  it('never lets the choices together exceed what is covered, nor goes below the smallest', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 200_000 }), { nil: undefined }),
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 0, max: 20_000_000 }),
        fc.integer({ min: -100_000, max: 200_000 }),
        (callerCap, choices, extra, contextLeft) => {
          const range = outputRangeOf(callerCap, 64_000, 1);
          const covered = range.smallest * choices + extra;
          const mustFit = extra % 2 === 0;
          const cap = capToWrite({ callerCap, range, covered, choices, contextLeft, mustFit });
          const sent = cap ?? range.largest;
          expect(sent * choices).toBeLessThanOrEqual(Math.max(covered, 0));
          expect(sent).toBeGreaterThanOrEqual(range.smallest);
          expect(sent).toBeLessThanOrEqual(range.largest);
        },
      ),
    );
  });
});
