import { profileRoutes, type Profile } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { ApiError } from '../../api/api-error.js';
import { profileQuery } from '../../layout/profile.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input } from '../../ui/input.js';
import { Loaded } from '../../ui/loaded.js';
import { NativeSelect } from '../../ui/native-select.js';

export function ProfileCard() {
  const query = useQuery(profileQuery);
  return (
    <Card title="Profile">
      <Loaded query={query} what="your profile">
        {(profile) => <Form profile={profile} />}
      </Loaded>
    </Card>
  );
}

function Form({ profile }: { profile: Profile }) {
  const [name, setName] = useState(profile.name);
  const [zone, setZone] = useState(profile.time_zone);
  const change = useAct({
    name: 'profile.change',
    run: (body: { name: string; time_zone: string }) => api.call(profileRoutes.change, { body }),
    done: 'Saved',
    changes: [['profile'], ['session']],
    showsError: true,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim(), time_zone: zone });
  };
  const error = change.error;
  const field = error instanceof ApiError ? error.details.field : undefined;
  const errorOf = (named: string) => (field === named ? error?.message : undefined);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <Field label="Name" error={errorOf('name')}>
        <Input
          value={name}
          maxLength={200}
          autoComplete="name"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="Email" hint="Changed where you sign in.">
        <Input value={profile.email} readOnly />
      </Field>
      <label className="block text-sm font-medium">
        Time zone
        <NativeSelect
          value={zone}
          onChange={(event) => setZone(event.target.value)}
          className="mt-1 font-normal"
        >
          {zonesWith(profile.time_zone).map((each) => (
            <option key={each}>{each}</option>
          ))}
        </NativeSelect>
        <span className="mt-1 block font-normal text-muted">Of the times in mails to you.</span>
      </label>
      {error !== null && errorOf('name') === undefined && <ErrorNote error={error} />}
      <div>
        <Button type="submit" look="primary" isBusy={change.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** A browser may not know the zone that was chosen elsewhere. */
function zonesWith(chosen: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', chosen, ...known])].toSorted();
}
