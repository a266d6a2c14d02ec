import { readMember, type BodyScan, type InputMeasure } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import { badField, type RequestError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';

type Media = 'image' | 'audio' | 'file';

/** The types of parts in any of the APIs that are more than text. */
const mediaOfType = new Map<unknown, Media>([
  ['image_url', 'image'],
  ['input_image', 'image'],
  ['image', 'image'],
  ['computer_screenshot', 'image'],
  ['input_audio', 'audio'],
  ['audio', 'audio'],
  ['file', 'file'],
  ['input_file', 'file'],
  ['document', 'file'],
]);
const mediaKinds: readonly Media[] = ['image', 'audio', 'file'];
const countOf = {
  image: 'imageParts',
  audio: 'audioParts',
  file: 'fileParts',
} as const satisfies Record<Media, keyof InputMeasure>;
const phrases = {
  image: { kind: 'an image', kinds: 'images', instead: 'leave the image out' },
  audio: { kind: 'a recording', kinds: 'recordings', instead: 'send a transcript' },
  file: { kind: 'a file', kinds: 'files', instead: 'send its text in the prompt' },
} as const satisfies Record<Media, Record<string, string>>;

/**
 * Throws 400 for a part that the model does not take, naming the part and models that do take it. The
 * scan counts too many rather than too few, so only bodies that may hold such a part are parsed.
 */
export function refuseForeignModalities(
  { body, scan, model }: { body: Buffer; scan: BodyScan; model: CatalogModel },
  models: readonly CatalogModel[],
): void {
  const { inputModalities } = model;
  const foreign = mediaKinds.filter(
    (media) => scan.input[countOf[media]] > 0 && !inputModalities.includes(media),
  );
  if (foreign.length === 0) return;
  for (const name of ['messages', 'input']) {
    const found = findIn(readMember(body, scan, name), name, new Set(foreign));
    if (found !== undefined) throw notTaken(found, model, models);
  }
}

interface FoundPart {
  media: Media;
  /** Where it stands: `messages[0].content[1]`. */
  path: string;
}

/** The first part of these kinds, in turns, their parts, and what tools answered with. */
function findIn(value: unknown, path: string, wanted: ReadonlySet<Media>): FoundPart | undefined {
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) {
      const found = findIn(entry, `${path}[${index}]`, wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const part = value as Record<string, unknown>;
  const media = mediaOfType.get(part['type']);
  if (media !== undefined && wanted.has(media)) return { media, path };
  return (
    findIn(part['content'], `${path}.content`, wanted) ??
    findIn(part['output'], `${path}.output`, wanted)
  );
}

function notTaken(
  { media, path }: FoundPart,
  model: CatalogModel,
  models: readonly CatalogModel[],
): RequestError {
  const { kind, kinds, instead } = phrases[media];
  const able = models.filter(({ inputModalities }) => inputModalities.includes(media));
  const named = able.slice(0, bounds.namedModels).map(({ id }) => id);
  const choice =
    named.length === 0
      ? `No model here takes them: ${instead}`
      : `Choose a model that does, such as ${named.join(', ')}, or ${instead}`;
  return badField(
    path,
    `'${path}' is ${kind}, and '${model.id}' takes no ${kinds}. ${choice}.`,
    'unsupported_parameter',
  );
}
