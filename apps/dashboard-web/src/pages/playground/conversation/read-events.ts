import { EventSourceParserStream } from 'eventsource-parser/stream';

/** The data of each event of a stream, as it comes; ends with the API's `[DONE]`. @returns whether that came */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
): Promise<boolean> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    if (value.data === '[DONE]') {
      await reader.cancel();
      return true;
    }
    onData(value.data);
  }
}
