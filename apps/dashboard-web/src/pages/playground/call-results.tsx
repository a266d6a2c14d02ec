import { useState } from 'react';
import { Button } from '../../ui/button.js';
import { Field, TextArea } from '../../ui/input.js';
import type { ToolCall } from './conversation/entries.js';

interface CallResultsProps {
  readonly calls: readonly ToolCall[];
  readonly onSend: (results: string[]) => void;
}

/** Nothing is run here: the person says what each call comes to. */
export function CallResults({ calls, onSend }: CallResultsProps) {
  const [results, setResults] = useState<readonly string[]>(() => calls.map(() => ''));
  return (
    <form
      className="flex flex-col gap-2 rounded-md border border-line p-3"
      onSubmit={(event) => {
        event.preventDefault();
        onSend([...results]);
      }}
    >
      {calls.map((call, index) => (
        <Field key={call.id} label={`Result of ${call.name}`}>
          <TextArea
            value={results[index]}
            placeholder='Such as {"temperature": 7}'
            className="min-h-14 font-mono text-sm"
            onChange={({ target }) =>
              setResults(results.map((text, at) => (at === index ? target.value : text)))
            }
          />
        </Field>
      ))}
      <Button type="submit" size="small" className="self-end">
        {calls.length === 1 ? 'Give the result' : 'Give the results'}
      </Button>
    </form>
  );
}
