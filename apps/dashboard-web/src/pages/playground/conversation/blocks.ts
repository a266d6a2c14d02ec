export interface Block {
  readonly kind: 'text' | 'code';
  readonly text: string;
  /** As the fence says; empty where it says none. */
  readonly language: string;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)[^`]*$/;

/** A text cut at its fenced blocks of code. One that is not closed yet goes to the end. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  let language = '';
  const end = (kind: Block['kind']) => {
    const joined = lines.join('\n');
    if (kind === 'code' || joined.trim() !== '') {
      blocks.push({
        kind,
        text: kind === 'code' ? joined : joined.replace(/^\n+|\s+$/g, ''),
        language,
      });
    }
    lines = [];
    language = '';
  };
  for (const line of text.split('\n')) {
    const [, mark, said = ''] = FENCE.exec(line) ?? [];
    if (fence === undefined && mark !== undefined) {
      end('text');
      fence = mark;
      language = said;
    } else if (fence !== undefined && mark?.startsWith(fence) === true && said === '') {
      end('code');
      fence = undefined;
    } else lines.push(line);
  }
  end(fence === undefined ? 'text' : 'code');
  return blocks;
}
