import { useState } from 'react';
import { CodeBlock } from '../ui/code-block.js';
import { CopyButton } from '../ui/copy-button.js';
import { Select } from '../ui/select.js';
import { KEY_VARIABLE, snippetsFor, type Snippet } from './snippets.js';

interface SnippetTabsProps {
  readonly origin: string;
  readonly model?: string;
  /** In clear, where it is known: right after it was made. */
  readonly apiKey?: string;
}

/** How to use a key from a client of choice. */
export function SnippetTabs({ origin, model, apiKey }: SnippetTabsProps) {
  const snippets = snippetsFor({ origin, model });
  const [chosen, setChosen] = useState('curl');
  const snippet = snippets.find(({ id }) => id === chosen) ?? snippets[0];
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="font-medium">Use it from</p>
        <Select
          label="Client"
          value={chosen}
          options={snippets.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setChosen}
        />
      </div>
      {snippet !== undefined && <Shown snippet={snippet} apiKey={apiKey} />}
    </div>
  );
}

function Shown({ snippet, apiKey }: { snippet: Snippet; apiKey?: string }) {
  const { install, files, settings, note } = snippet;
  const value = apiKey ?? '…';
  return (
    <>
      {install !== undefined && <CodeBlock text={install} title="Install" />}
      {files.length > 0 && (
        <CodeBlock
          text={`export ${KEY_VARIABLE}='${value}'`}
          title="The key, in this shell"
          copyLabel="Copy the command that sets the key"
        />
      )}
      {files.map((file) => (
        <CodeBlock key={file.name ?? 'shell'} text={file.text} title={file.name} />
      ))}
      {settings !== undefined && (
        <dl className="divide-y divide-line rounded-md border border-line">
          {settings.map(({ label, value: text }) => {
            const shown = text === `$${KEY_VARIABLE}` ? value : text;
            return (
              <div key={label} className="flex items-center justify-between gap-3 py-1 pr-1 pl-3">
                <dt className="text-sm text-muted">{label}</dt>
                <dd className="flex min-w-0 items-center gap-1">
                  <code className="truncate font-mono text-sm">{shown}</code>
                  <CopyButton text={shown} label={`Copy ${label}`} />
                </dd>
              </div>
            );
          })}
        </dl>
      )}
      {note !== undefined && <p className="text-sm text-muted">{note}</p>}
    </>
  );
}
