/** The mock upstream takes 20 s over a stream whose prompt says so. */
export const SLOWLY = 'Answer slowly.';

interface BodyOptions {
  bytes: number;
  model?: string;
  stream?: boolean;
  slow?: boolean;
}

/** A chat completion of about so many bytes. */
export function chatBody(options: BodyOptions): string {
  return bodyWith(options, (bytes) => 'lorem ipsum '.repeat(Math.ceil(bytes / 12)));
}

const words =
  'the of and to in is that for it as with was on be at by this had not are but from or have an they which one you were ' +
  'all her she there would their we him been has when who will no more if out so up said what its about than into them ' +
  'can only other time new some could these two may first then do any like my now over such our man me even most made ' +
  'after also did many off before must well back through years much where your way down should because long each just ' +
  'state those people too mr how little good world make very year still see work life being under while against value';

/** The same with text that compresses about as far as English does: no two requests' worth of it is alike. */
export function proseBody(options: BodyOptions): string {
  const list = words.split(' ');
  let state = 7;
  return bodyWith(options, (bytes) => {
    let text = '';
    while (text.length < bytes) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      // Frequent words are first in the list.
      text += `${list[Math.floor(((state >>> 8) / 2 ** 24) ** 2 * list.length)]} `;
    }
    return text;
  });
}

function bodyWith(options: BodyOptions, filling: (bytes: number) => string): string {
  const prompt = options.slow ? SLOWLY : 'Say something about gateways.';
  const body = (content: string): string =>
    JSON.stringify({
      model: options.model ?? 'kimi-k2.5',
      max_tokens: 64,
      messages: [{ role: 'user', content }],
      stream: options.stream ?? false,
    });
  const padding = options.bytes - body(`${prompt} `).length;
  return body(`${filling(padding).slice(0, padding)} ${prompt}`);
}
