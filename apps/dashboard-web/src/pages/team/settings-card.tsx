import type { Team } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Checkbox } from '../../ui/checkbox.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input, TextArea } from '../../ui/input.js';
import { Select } from '../../ui/select.js';
import { formOf, readForm, type SettingsErrors } from './settings-form.js';
import type { TeamActs } from './use-team-acts.js';

const MAKERS = [
  { value: 'members', label: 'Every member' },
  { value: 'admins', label: 'Owner and admins' },
] as const;

const AMOUNTS = [
  ['day', 'A day'],
  ['month', 'A month'],
  ['total', 'In total'],
] as const;

interface SettingsCardProps {
  readonly team: Team;
  readonly acts: TeamActs;
}

export function SettingsCard({ team, acts }: SettingsCardProps) {
  const { rename, changeSettings } = acts;
  const [form, setForm] = useState(() => formOf(team));
  const [errors, setErrors] = useState<SettingsErrors>({});
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readForm(form);
    if ('errors' in read) return setErrors(read.errors);
    setErrors({});
    const params = { team_id: team.team_id };
    if (form.name !== team.name) rename.mutate({ params, body: { name: form.name } });
    changeSettings.mutate({ params, body: read.settings });
  };
  const error = changeSettings.error ?? rename.error;
  return (
    <Card title="Settings">
      <form onSubmit={submit} noValidate className="flex max-w-2xl flex-col gap-4">
        <Field label="Name" error={errors.name}>
          <Input
            value={form.name}
            maxLength={100}
            autoComplete="off"
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        <Field
          label="Models that the team’s keys may use"
          hint="Ids, separated by spaces or lines. Empty: every model."
        >
          <TextArea
            value={form.models}
            spellCheck={false}
            onChange={(event) => change({ models: event.target.value })}
          />
        </Field>
        <Checkbox
          label="Only models whose content is never stored"
          isChecked={form.neverStoredOnly}
          onChange={(neverStoredOnly) => change({ neverStoredOnly })}
        />
        <Field label="Who may make keys that the team pays for">
          <Select
            value={form.keyMakers}
            options={MAKERS}
            onChange={(keyMakers) => change({ keyMakers })}
            className="w-full sm:w-60"
          />
        </Field>
        <fieldset>
          <legend className="mb-1 text-sm font-medium">
            What a new key may spend (US dollars)
          </legend>
          <div className="grid gap-3 sm:grid-cols-3">
            {AMOUNTS.map(([name, label]) => (
              <Field key={name} label={label} error={errors[name]}>
                <Input
                  value={form[name]}
                  inputMode="decimal"
                  autoComplete="off"
                  placeholder="No limit"
                  onChange={(event) => change({ [name]: event.target.value })}
                />
              </Field>
            ))}
          </div>
        </fieldset>
        {error !== null && <ErrorNote error={error} what="Not everything was saved." />}
        <Button
          type="submit"
          isBusy={changeSettings.isPending || rename.isPending}
          className="self-start"
        >
          Save
        </Button>
      </form>
    </Card>
  );
}
