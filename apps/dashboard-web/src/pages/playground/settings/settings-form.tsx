import type { Model } from '@modelbridge/dashboard-api';
import { Button } from '../../../ui/button.js';
import { Checkbox } from '../../../ui/checkbox.js';
import { Field, Input, TextArea } from '../../../ui/input.js';
import { Select } from '../../../ui/select.js';
import { EXAMPLE_TOOLS, readSettings, type Settings } from './settings.js';

interface SettingsFormProps {
  readonly settings: Settings;
  /** Those that are talked with. */
  readonly models: readonly Model[];
  readonly onChange: (part: Partial<Settings>) => void;
}

/** What every model is asked with. Each falls back to what the model does by itself. */
export function SettingsForm({ settings, models, onChange }: SettingsFormProps) {
  const errors = readSettings(settings).errors ?? {};
  return (
    <div className="flex flex-col gap-4">
      <Field label="System prompt">
        <TextArea
          value={settings.system}
          placeholder="You answer in one sentence."
          onChange={({ target }) => onChange({ system: target.value })}
        />
      </Field>
      <Sampling settings={settings} models={models} onChange={onChange} />
      <Field label="Longest output, tokens" error={errors.mostTokens}>
        <Input
          inputMode="numeric"
          value={settings.mostTokens}
          placeholder="As the model has it"
          onChange={({ target }) => onChange({ mostTokens: target.value })}
        />
      </Field>
      <Effort settings={settings} models={models} onChange={onChange} />
      <Field
        label="Tools"
        error={errors.tools}
        hint="Nothing is run: you give the results yourself."
      >
        <TextArea
          value={settings.tools}
          spellCheck={false}
          placeholder="JSON, as in the Chat Completions API"
          className="min-h-28 font-mono text-xs"
          onChange={({ target }) => onChange({ tools: target.value })}
        />
      </Field>
      {settings.tools === '' && (
        <Button
          size="small"
          className="-mt-2 self-start"
          onClick={() => onChange({ tools: EXAMPLE_TOOLS })}
        >
          Fill in an example
        </Button>
      )}
      <Checkbox
        label="Do not store what is said"
        hint="Requests are sent with store: false."
        isChecked={settings.isNeverStored}
        onChange={(isNeverStored) => onChange({ isNeverStored })}
      />
    </div>
  );
}

function Sampling({ settings, models, onChange }: SettingsFormProps) {
  const errors = readSettings(settings).errors ?? {};
  const refusing = models.filter((model) => !model.takes_sampling).map(({ name }) => name);
  return (
    <div>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Temperature" error={errors.temperature}>
          <Input
            inputMode="decimal"
            value={settings.temperature}
            placeholder="0 to 2"
            onChange={({ target }) => onChange({ temperature: target.value })}
          />
        </Field>
        <Field label="Top p" error={errors.topP}>
          <Input
            inputMode="decimal"
            value={settings.topP}
            placeholder="0 to 1"
            onChange={({ target }) => onChange({ topP: target.value })}
          />
        </Field>
      </div>
      {refusing.length > 0 && (
        <p className="mt-1 text-sm text-muted">
          Not sent to {refusing.join(', ')}, which {refusing.length === 1 ? 'refuses' : 'refuse'}{' '}
          them.
        </p>
      )}
    </div>
  );
}

function Effort({ settings, models, onChange }: SettingsFormProps) {
  const efforts = [...new Set(models.flatMap((model) => model.efforts))];
  if (efforts.length === 0) return null;
  const options = ['', ...efforts].map((value) => ({
    value,
    label: value === '' ? 'As the model has it' : value,
  }));
  return (
    <Field label="Reasoning effort">
      <Select
        className="w-full"
        value={settings.effort}
        options={options}
        onChange={(effort) => onChange({ effort })}
      />
    </Field>
  );
}
