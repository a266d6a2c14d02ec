import { ImagePlus, SendHorizontal, Square, X } from 'lucide-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { Button, IconButton } from '../../ui/button.js';
import { toasts } from '../../ui/toasts.js';
import type { Picture } from './conversation/entries.js';
import { MOST_PICTURES, PICTURE_TYPES, readPicture } from './conversation/read-picture.js';

interface ComposerProps {
  readonly isRunning: boolean;
  /** Why nothing can be said in this moment. */
  readonly obstacle: string | undefined;
  readonly onSay: (text: string, pictures: readonly Picture[]) => void;
  readonly onStop: () => void;
}

/** Where the person writes. Enter sends, Shift and Enter begins a line. */
export function Composer({ isRunning, obstacle, onSay, onStop }: ComposerProps) {
  const [text, setText] = useState('');
  const { pictures, take, drop, clear } = usePictures();
  const chooser = useRef<HTMLInputElement>(null);
  const canSay =
    obstacle === undefined && !isRunning && (text.trim() !== '' || pictures.length > 0);
  const say = () => {
    if (!canSay) return;
    onSay(text.trim(), pictures);
    setText('');
    clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    say();
  };
  return (
    <form
      className="rounded-lg border border-line-strong bg-surface p-2 focus-within:border-accent"
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take([...event.dataTransfer.files]);
      }}
    >
      <Pictures pictures={pictures} onDrop={drop} />
      <textarea
        aria-label="Message"
        placeholder="Say something to every model here"
        rows={2}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={onKeyDown}
        onPaste={({ clipboardData }) => void take([...clipboardData.files])}
        className="block field-sizing-content max-h-48 min-h-11 w-full resize-none bg-transparent px-1 py-0.5 text-base placeholder:text-muted focus-visible:outline-none"
      />
      <div className="flex items-center gap-2">
        <input
          ref={chooser}
          type="file"
          accept={PICTURE_TYPES.join(',')}
          multiple
          hidden
          onChange={({ target }) => {
            void take([...(target.files ?? [])]);
            target.value = '';
          }}
        />
        <IconButton
          label="Add images"
          disabled={pictures.length >= MOST_PICTURES}
          onClick={() => chooser.current?.click()}
        >
          <ImagePlus aria-hidden className="size-4" />
        </IconButton>
        <p role="status" className="min-w-0 flex-1 truncate text-sm text-muted">
          {obstacle}
        </p>
        {isRunning ? (
          <Button onClick={onStop}>
            <Square aria-hidden className="size-3" />
            Stop all
          </Button>
        ) : (
          <Button type="submit" look="primary" disabled={!canSay}>
            <SendHorizontal aria-hidden className="size-4" />
            Send
          </Button>
        )}
      </div>
    </form>
  );
}

function usePictures() {
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const take = async (files: readonly File[]) => {
    for (const file of files) {
      try {
        const picture = await readPicture(file);
        setPictures((before) => [...before, picture].slice(0, MOST_PICTURES));
      } catch (error) {
        toasts.add({ title: error instanceof Error ? error.message : 'It could not be read.' });
      }
    }
  };
  const drop = (at: number) => setPictures((before) => before.filter((_, index) => index !== at));
  return { pictures, take, drop, clear: () => setPictures([]) };
}

interface PicturesProps {
  readonly pictures: readonly Picture[];
  readonly onDrop: (at: number) => void;
}

function Pictures({ pictures, onDrop }: PicturesProps) {
  if (pictures.length === 0) return null;
  return (
    <ul className="mb-2 flex flex-wrap gap-2">
      {pictures.map(({ name, dataUrl }, index) => (
        <li key={index} className="relative">
          <img
            src={dataUrl}
            alt={name}
            className="size-16 rounded-md border border-line object-cover"
          />
          <button
            type="button"
            aria-label={`Take ${name} away`}
            onClick={() => onDrop(index)}
            className="absolute -top-2 -right-2 flex size-6 items-center justify-center rounded-full border border-line bg-raised"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}
