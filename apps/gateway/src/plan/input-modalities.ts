import {
  readMember,
  spliceTopLevel,
  type BodyScan,
  type InputMeasure,
} from '@modelbridge/llm-wire';
import type { CatalogModel } from '../catalog/routing-table.js';
import { badField, type RequestError } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { beginOfNewestTurns, type Turn } from './newest-turns.js';
import { textOfFile } from './text-files.js';

type Media = 'image' | 'audio' | 'video' | 'file';

/** The types of parts in any of the APIs that are more than text. */
const mediaOfType = new Map<unknown, Media>([
  ['image_url', 'image'],
  ['input_image', 'image'],
  ['image', 'image'],
  ['computer_screenshot', 'image'],
  ['input_audio', 'audio'],
  ['audio', 'audio'],
  ['audio_url', 'audio'],
  ['video_url', 'video'],
  ['input_video', 'video'],
  ['video', 'video'],
  ['file', 'file'],
  ['input_file', 'file'],
  ['document', 'file'],
]);
const mediaKinds: readonly Media[] = ['image', 'audio', 'video', 'file'];
const countOf = {
  image: 'imageParts',
  audio: 'audioParts',
  video: 'videoParts',
  file: 'fileParts',
} as const satisfies Record<Media, keyof InputMeasure>;
const phrases = {
  image: { kind: 'an image', kinds: 'images', instead: 'leave the image out' },
  audio: { kind: 'a recording', kinds: 'recordings', instead: 'send a transcript' },
  video: { kind: 'a video', kinds: 'videos', instead: 'send single pictures of it' },
  file: { kind: 'a file', kinds: 'files', instead: 'send its text in the prompt' },
} as const satisfies Record<Media, Record<string, string>>;

export interface SuitedTurns {
  /** The new value of a member of the body, as JSON text, where it had to change. */
  edits: Readonly<Record<string, string>>;
  /** What is left out, for `x-modelbridge-ignored`. */
  leftOut: readonly string[];
}

const unchanged: SuitedTurns = { edits: {}, leftOut: [] };

/**
 * The turns without the parts that the model does not take. Text files become text. What an earlier
 * turn or a tool brought becomes a line that says so: a session would be stuck otherwise. Throws 400
 * for what the user has just sent, naming it and models that take it. The scan counts too many rather
 * than too few, so only bodies that may hold such a part are parsed.
 */
export function suitModalities(
  { body, scan, model }: { body: Buffer; scan: BodyScan; model: CatalogModel },
  models: readonly CatalogModel[],
): SuitedTurns {
  const { inputModalities } = model;
  const foreign = mediaKinds.filter(
    (media) => scan.input[countOf[media]] > 0 && !inputModalities.includes(media),
  );
  if (foreign.length === 0) return unchanged;
  const name = scan.members.has('messages') ? 'messages' : 'input';
  const turns: unknown = readMember(body, scan, name);
  if (!Array.isArray(turns)) return unchanged;
  const walk = new MediaWalk(name, new Set(foreign), model, models);
  const newest = beginOfNewestTurns(turns as Turn[]);
  const suited = turns.map((turn: unknown, i) => walk.suit(turn, `${name}[${i}]`, i >= newest));
  if (suited.every((turn, i) => turn === turns[i])) return unchanged;
  return { edits: { [name]: JSON.stringify(suited) }, leftOut: [...walk.leftOut] };
}

/** The body with suited turns; to be scanned again. */
export function withSuitedTurns(body: Buffer, scan: BodyScan, { edits }: SuitedTurns): Buffer {
  return Object.keys(edits).length === 0 ? body : spliceTopLevel(body, scan, edits);
}

class MediaWalk {
  readonly leftOut = new Set<string>();
  private readonly textType: string;

  constructor(
    member: string,
    private readonly foreign: ReadonlySet<Media>,
    private readonly model: CatalogModel,
    private readonly models: readonly CatalogModel[],
  ) {
    this.textType = member === 'input' ? 'input_text' : 'text';
  }

  /** The value itself where it holds nothing foreign: turns, their parts, and what tools answered with. */
  suit(value: unknown, path: string, isNew: boolean): unknown {
    if (Array.isArray(value)) {
      const suited = value.map((entry, i) => this.suit(entry, `${path}[${i}]`, isNew));
      return suited.every((entry, i) => entry === value[i]) ? value : suited;
    }
    if (typeof value !== 'object' || value === null) return value;
    const part = value as Record<string, unknown>;
    const media = mediaOfType.get(part['type']);
    if (media !== undefined && this.foreign.has(media)) {
      return { type: this.textType, text: this.textFor(part, media, path, isNew) };
    }
    const content = this.suit(part['content'], `${path}.content`, isNew);
    const output = this.suit(part['output'], `${path}.output`, isNew);
    if (content === part['content'] && output === part['output']) return value;
    return {
      ...part,
      ...('content' in part ? { content } : {}),
      ...('output' in part ? { output } : {}),
    };
  }

  private textFor(
    part: Record<string, unknown>,
    media: Media,
    path: string,
    isNew: boolean,
  ): string {
    const text = media === 'file' ? textOfFile(part) : undefined;
    if (text !== undefined) return text;
    const { model, models } = this;
    if (isNew) throw notTaken({ media, path }, model, models);
    this.leftOut.add(`content.${media}`);
    const { kind, kinds } = phrases[media];
    return `[Here was ${kind}. It is left out: ${model.id} takes no ${kinds}.]`;
  }
}

interface FoundPart {
  media: Media;
  /** Where it stands: `messages[0].content[1]`. */
  path: string;
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
