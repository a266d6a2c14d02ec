import { useState } from 'react';
import { useSession } from '../../../api/session.js';
import { CodeBlock } from '../../../ui/code-block.js';
import { Dialog } from '../../../ui/dialog.js';
import { Select } from '../../../ui/select.js';
import type { ChatBody } from '../conversation/playground.js';
import { codeOf, hasPictures, LANGUAGES, type Language } from './request-code.js';

const NAMES: Record<Language, string> = {
  curl: 'curl',
  typescript: 'OpenAI SDK (TypeScript)',
  python: 'OpenAI SDK (Python)',
};

interface CodeDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What each model is asked. */
  readonly bodies: readonly ChatBody[];
}

/** The conversation as a request of a program with a key of its own. */
export function CodeDialog({ isOpen, onClose, bodies }: CodeDialogProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="This conversation as code"
      description="With a key of yours in MODELBRIDGE_KEY."
      isWide
    >
      <Code bodies={bodies} />
    </Dialog>
  );
}

function Code({ bodies }: Pick<CodeDialogProps, 'bodies'>) {
  const { api_origin } = useSession();
  const [language, setLanguage] = useState<Language>('curl');
  const [wanted, setWanted] = useState('');
  const body = bodies.find(({ model }) => model === wanted) ?? bodies[0];
  if (body === undefined) return <p>The settings say something that cannot be sent.</p>;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Select
          label="Language"
          value={language}
          options={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
          onChange={setLanguage}
        />
        {bodies.length > 1 && (
          <Select
            label="Model"
            value={body.model}
            options={bodies.map(({ model }) => ({ value: model, label: model }))}
            onChange={setWanted}
          />
        )}
      </div>
      <CodeBlock text={codeOf(language, api_origin, body)} title={NAMES[language]} />
      {hasPictures(body) && (
        <p className="text-sm text-muted">Images are cut short here: put in their data URLs.</p>
      )}
    </div>
  );
}
