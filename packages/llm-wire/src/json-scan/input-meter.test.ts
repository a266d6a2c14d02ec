import { describe, expect, it } from '@jest/globals';
import { scanBody } from './scan-body.js';

function measure(body: unknown) {
  return scanBody(Buffer.from(JSON.stringify(body)), []).input;
}

const MEDIA = 'A'.repeat(10_000);

describe('the input measure', () => {
  it('takes inline media out of the text in each API', () => {
    const chat = measure({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${MEDIA}` } },
            { type: 'input_audio', input_audio: { data: MEDIA, format: 'wav' } },
            { type: 'file', file: { file_data: `data:application/pdf;base64,${MEDIA}` } },
          ],
        },
      ],
    });
    expect(chat).toMatchObject({ imageParts: 1, audioParts: 1, fileParts: 1, urlSources: 0 });
    expect(chat.textBytes).toBeLessThan(1_000);

    const responses = measure({
      input: [
        {
          role: 'user',
          content: [{ type: 'input_image', image_url: `data:image/png;base64,${MEDIA}` }],
        },
        {
          type: 'function_call_output',
          output: [{ type: 'input_file', file_data: `data:application/pdf;base64,${MEDIA}` }],
        },
      ],
    });
    expect(responses).toMatchObject({ imageParts: 1, fileParts: 1, urlSources: 0 });
    expect(responses.textBytes).toBeLessThan(1_000);

    const source = { type: 'base64', media_type: 'image/png', data: MEDIA };
    const messages = measure({
      messages: [
        { role: 'user', content: [{ type: 'image', source }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', content: [{ type: 'document', source }] }],
        },
      ],
    });
    expect(messages).toMatchObject({ imageParts: 1, fileParts: 1 });
    expect(messages.textBytes).toBeLessThan(1_000);
  });

  it('counts text that only looks like media as text', () => {
    const lookalikes = [
      // A plain text document.
      {
        content: [
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: MEDIA } },
        ],
      },
      // The type that counts is the last one given.
      { content: [{ type: 'tool_use', input: { source: { type: 'base64', data: MEDIA } } }] },
      { content: [{ type: 'text', text: `data:image/png;base64,${MEDIA}` }] },
      { content: `data:image/png;base64,${MEDIA}` },
      { content: [{ type: 'file', file: { file_data: `data:text/plain;base64,${MEDIA}` } }] },
      { content: [{ type: 'image_url', image_url: { url: `data:text/plain,${MEDIA}` } }] },
    ];
    for (const turn of lookalikes) {
      expect(measure({ messages: [{ role: 'user', ...turn }] }).textBytes).toBeGreaterThan(10_000);
    }
    const tool = { parameters: { source: { type: 'base64', data: MEDIA } }, description: MEDIA };
    expect(measure({ tools: [tool], messages: [] }).textBytes).toBeGreaterThan(20_000);
    const twice = `{"messages":[{"content":[{"source":{"type":"base64","data":"${MEDIA}","type":"text"}}]}]}`;
    expect(scanBody(Buffer.from(twice), []).input.textBytes).toBeGreaterThan(10_000);
  });

  it('counts what is fetched by URL or named by id', () => {
    const input = measure({
      messages: [
        {
          content: [
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/b.png' } },
            { type: 'input_file', file_url: 'https://example.com/c.pdf' },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
      ],
    });
    expect(input.urlSources).toBeGreaterThanOrEqual(3);
    expect(input.fileIds).toBe(1);
    expect(input.imageParts).toBeGreaterThanOrEqual(2);
    expect(input.fileParts).toBeGreaterThanOrEqual(2);
  });

  it('recognises keys and types that are spelled with escapes', () => {
    const text = '{"messages":[{"content":[{"ty\\u0070e":"im\\u0061ge","file_\\u0069d":"f"}]}]}';
    expect(scanBody(Buffer.from(text), []).input).toMatchObject({ imageParts: 1, fileIds: 1 });
  });

  it('counts Responses items that only name what the provider holds', () => {
    const message = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] };
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
    const plain = { content: 'x', role: 'user' };
    expect(measure({ input: [message, call, plain] }).itemReferences).toBe(0);
    const named = [{ type: 'item_reference', id: 'msg_1' }, { id: 'msg_2' }];
    expect(measure({ input: [message, ...named, call] }).itemReferences).toBe(2);
    expect(measure({ tools: [{ name: 'f' }], messages: [plain] }).itemReferences).toBe(0);
  });
});
