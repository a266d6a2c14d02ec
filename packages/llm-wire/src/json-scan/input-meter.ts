import { MAX_JSON_DEPTH } from '../bounds.js';
import { HistoryMeter } from './history-meter.js';
import { Key } from './known-keys.js';
import { NameTable } from './name-table.js';
import { TurnCheck, type TurnFault } from './turn-check.js';

/**
 * What bounds the input tokens of a request. Counts may be too high (a tool schema that looks like an
 * image part), never too low.
 */
export interface InputMeasure {
  /** The whole body. */
  bytes: number;
  /** The body less inline media: text, structure and tool schemas; at most one token a byte. */
  textBytes: number;
  imageParts: number;
  audioParts: number;
  videoParts: number;
  fileParts: number;
  /** Files named by id: their content is unknown. */
  fileIds: number;
  /** Media that the upstream fetches by URL. */
  urlSources: number;
  /** Responses: items that only name what is held at the provider. */
  itemReferences: number;
  /** Items and blocks that may bring tools along. */
  toolItems: number;
  /** Messages, or items of an array of input. */
  turns: number;
  /** The first of what chat completions cannot have among its messages. */
  turnFault: TurnFault | undefined;
}

/** Where in the body the walk is, as far as inline media can stand there. */
const Place = {
  other: 0,
  root: 1,
  turns: 2,
  turn: 3,
  parts: 4,
  part: 5,
  media: 6,
} as const;
type Place = (typeof Place)[keyof typeof Place];

const TURNS_DEPTH = 2;
/** Of the parts of a turn; those of what a tool answered with are deeper. */
const PART_DEPTH = 5;

const PartType = {
  image: 1,
  audio: 2,
  file: 3,
  url: 4,
  itemReference: 5,
  base64: 6,
  tools: 7,
  video: 8,
} as const;
type PartType = (typeof PartType)[keyof typeof PartType];

const partTypes = new NameTable<PartType>([
  ['image_url', PartType.image],
  ['input_image', PartType.image],
  ['image', PartType.image],
  ['input_audio', PartType.audio],
  ['audio', PartType.audio],
  ['audio_url', PartType.audio],
  ['video_url', PartType.video],
  ['input_video', PartType.video],
  ['video', PartType.video],
  ['file', PartType.file],
  ['input_file', PartType.file],
  ['document', PartType.file],
  ['container_upload', PartType.file],
  ['url', PartType.url],
  ['item_reference', PartType.itemReference],
  ['base64', PartType.base64],
  ['additional_tools', PartType.tools],
  ['tool_search_output', PartType.tools],
  ['tool_addition', PartType.tools],
]);
const DATA_URL = Buffer.from('data:');
const IMAGE_DATA = Buffer.from('data:image/');
/** A text file spelled as base64 is text to the model: only a PDF's pages are bounded otherwise. */
const PDF_DATA = Buffer.from('data:application/pdf');

// Shared by all scans, which run one at a time: making them anew costs more than a small body's scan.
const PLACES = new Uint8Array(MAX_JSON_DEPTH + 1);
/** Key under which each open container stands. */
const KEYS = new Uint8Array(MAX_JSON_DEPTH + 1);

/** Follows the scanner through one body. Media is only left out of the text at its exact place. */
export class InputMeter {
  private readonly places = PLACES;
  private readonly keys = KEYS;
  /** Content of `data` in the open media object: media only if its `type` turns out to be base64. */
  private pendingData = 0;
  private isBase64 = false;
  private inlineBytes = 0;
  private imageTypes = 0;
  private imageKeys = 0;
  private audioTypes = 0;
  private audioKeys = 0;
  private videoTypes = 0;
  private fileTypes = 0;
  private fileKeys = 0;
  private fileIds = 0;
  private urlTypes = 0;
  private urls = 0;
  private itemReferences = 0;
  private toolItems = 0;
  /** The open turn says what it is; a Responses item that does not is a reference. */
  private turnIsNamed = false;
  private readonly check: TurnCheck;

  readonly history: HistoryMeter;

  constructor(private readonly body: Buffer) {
    this.history = new HistoryMeter(body);
    this.places[1] = Place.root;
    this.check = new TurnCheck(body);
  }

  opened(depth: number, key: Key, isArray: boolean): void {
    const parent = this.places[depth - 1] as Place;
    const place = placeInside(parent, key, isArray);
    this.places[depth] = place;
    this.keys[depth] = key;
    if (place === Place.media) {
      this.pendingData = 0;
      this.isBase64 = false;
    } else if (place === Place.turn) {
      this.turnIsNamed = false;
      this.history.turnOpened();
      this.check.turnOpened();
    } else if (place === Place.part) {
      this.history.partOpened();
      if (depth === PART_DEPTH) this.check.partOpened();
    }
    if (parent === Place.turn) this.check.turnValue(key, isArray);
    else if (parent === Place.part && depth === PART_DEPTH + 1) this.check.partValue(key);
    else if (isArray) this.element(depth - 1);
    if (key === Key.imageUrl) this.imageKeys++;
    else if (key === Key.inputAudio) this.audioKeys++;
    else if (key === Key.file) this.fileKeys++;
  }

  closed(depth: number): void {
    const place = this.places[depth];
    if (place === Place.turn) {
      if (!this.turnIsNamed) this.itemReferences++;
      this.history.turnClosed();
      this.check.turnClosed();
    } else if (place === Place.part) {
      this.history.partClosed();
      if (depth === PART_DEPTH) this.check.partClosed();
    } else if (place === Place.media && this.keys[depth] === Key.source && this.isBase64) {
      this.inlineBytes += this.pendingData;
    }
  }

  /** A scalar, or an array, as an element of the array at that depth. */
  element(depth: number): void {
    const place = this.places[depth];
    if (place === Place.turns) this.check.strayElement(true);
    else if (place === Place.parts && depth === PART_DEPTH - 1) this.check.strayElement(false);
  }

  /** A number or boolean under one of the known keys. */
  scalar(depth: number, key: Key): void {
    const place = this.places[depth];
    if (place === Place.turn) this.check.turnValue(key, false);
    else if (place === Place.part && depth === PART_DEPTH) this.check.partValue(key);
  }

  /**
   * A string value under one of the known keys. `start` and `end` are its content, `escaped` where
   * that has an escape.
   */
  string(depth: number, key: Key, start: number, end: number, escaped: boolean): void {
    const place = this.places[depth];
    if (place === Place.turn) {
      this.history.inTurn(key, start, end, escaped);
      this.check.turnString(key, start, end, escaped);
    } else if (place === Place.part) {
      this.history.inPart(key, start, end, escaped);
      if (depth === PART_DEPTH) this.check.partString(key, start, end, escaped);
    }
    if (key === Key.type) {
      return this.typeValue(depth, partTypes.find(this.body, start, end, escaped));
    }
    if (key === Key.arguments) this.history.measure.callInputs.push([start - 1, end + 1]);
    if (key === Key.role && place === Place.turn) this.turnIsNamed = true;
    if (key === Key.fileId) this.fileIds++;
    else if (key === Key.fileUrl) {
      this.urls++;
      this.fileKeys++;
    } else if (key === Key.url || key === Key.imageUrl) this.url(depth, key, start, end);
    else if (key === Key.fileData && this.begins(start, PDF_DATA)) {
      this.inline(depth, end - start, Key.file);
    } else if (key === Key.data) this.data(depth, end - start);
  }

  get turns(): number {
    return this.check.turns;
  }

  /** The member that the turns stand in. */
  get turnsName(): string {
    return this.keys[TURNS_DEPTH] === Key.input ? 'input' : 'messages';
  }

  measure(): InputMeasure {
    return {
      bytes: this.body.length,
      textBytes: this.body.length - this.inlineBytes,
      imageParts: Math.max(this.imageTypes, this.imageKeys),
      audioParts: Math.max(this.audioTypes, this.audioKeys),
      videoParts: this.videoTypes,
      fileParts: Math.max(this.fileTypes, this.fileKeys),
      fileIds: this.fileIds,
      urlSources: Math.max(this.urlTypes, this.urls),
      itemReferences: this.itemReferences,
      toolItems: this.toolItems,
      turns: this.check.turns,
      turnFault: this.check.fault,
    };
  }

  private typeValue(depth: number, type: PartType | undefined): void {
    if (this.places[depth] === Place.turn) this.turnIsNamed = true;
    else if (this.places[depth] === Place.media) this.isBase64 = type === PartType.base64;
    if (type === PartType.image) this.imageTypes++;
    else if (type === PartType.audio) this.audioTypes++;
    else if (type === PartType.video) this.videoTypes++;
    else if (type === PartType.file) this.fileTypes++;
    else if (type === PartType.url) this.urlTypes++;
    else if (type === PartType.itemReference) this.itemReferences++;
    else if (type === PartType.tools) this.toolItems++;
  }

  private url(depth: number, key: Key, start: number, end: number): void {
    if (key === Key.imageUrl) this.imageKeys++;
    if (!this.begins(start, DATA_URL)) this.urls++;
    else if (this.begins(start, IMAGE_DATA)) this.inline(depth, end - start, Key.imageUrl);
  }

  /** Chat nests media in an object named after it; Responses puts it straight into the part. */
  private inline(depth: number, bytes: number, container: Key): void {
    const place = this.places[depth];
    if (place === Place.part || (place === Place.media && this.keys[depth] === container)) {
      this.inlineBytes += bytes;
    }
  }

  private begins(start: number, prefix: Uint8Array): boolean {
    let i = 0;
    while (i < prefix.length && this.body[start + i] === prefix[i]) i++;
    return i === prefix.length;
  }

  private data(depth: number, bytes: number): void {
    if (this.places[depth] !== Place.media) return;
    if (this.keys[depth] === Key.inputAudio) this.inlineBytes += bytes;
    else this.pendingData = bytes;
  }
}

function placeInside(parent: Place, key: Key, isArray: boolean): Place {
  switch (parent) {
    case Place.root:
      return isArray && (key === Key.messages || key === Key.input) ? Place.turns : Place.other;
    case Place.turns:
      return isArray ? Place.other : Place.turn;
    case Place.turn:
      return isArray && (key === Key.content || key === Key.output) ? Place.parts : Place.other;
    case Place.parts:
      return isArray ? Place.other : Place.part;
    case Place.part:
      if (isArray) return key === Key.content ? Place.parts : Place.other;
      return key === Key.source ||
        key === Key.imageUrl ||
        key === Key.inputAudio ||
        key === Key.file
        ? Place.media
        : Place.other;
    default:
      return Place.other;
  }
}
