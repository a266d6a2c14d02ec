import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.js';

const SAID_MS = 1_500;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who hear the page: "Copy key". */
  readonly label: string;
  /** Shows the label's words too. */
  readonly hasWords?: boolean;
}

export function CopyButton({ text, label, hasWords = false }: CopyButtonProps) {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  useEffect(() => {
    if (state === 'ready') return;
    const timer = window.setTimeout(() => setState('ready'), SAID_MS);
    return () => window.clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  const said = { ready: label, copied: 'Copied', failed: 'Not allowed: select and copy it' }[state];
  const Icon = state === 'copied' ? Check : Copy;
  return (
    <Button
      look={hasWords ? 'plain' : 'quiet'}
      size={hasWords ? 'normal' : 'icon'}
      aria-label={said}
      title={said}
      onClick={() => void copy()}
    >
      <Icon aria-hidden className="size-4" />
      {hasWords && said}
      <span role="status" className="sr-only">
        {state === 'ready' ? '' : said}
      </span>
    </Button>
  );
}
