import { privacyRoutes, type Erasure } from '@modelbridge/dashboard-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { useSession } from '../../api/session.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Field, Input } from '../../ui/input.js';
import { Loaded } from '../../ui/loaded.js';
import { Time } from '../../ui/values.js';
import { erasureQuery } from './queries.js';

const CHANGES = [['erasure'], ['keys'], ['privacy-requests']];

/** The end of the account, step by step; nothing happens without the code of the mail. */
export function DeleteAccount() {
  const query = useQuery(erasureQuery);
  return (
    <Card title="Delete your account">
      <Loaded query={query} what="the state of your account">
        {({ erasure }) => <Step erasure={erasure} />}
      </Loaded>
    </Card>
  );
}

function Step({ erasure }: { erasure: Erasure | null }) {
  switch (erasure?.state) {
    case 'requested':
      return <EnterCode erasure={erasure} />;
    case 'confirmed':
      return <Window erasure={erasure} />;
    case 'erasing':
    case 'releasing':
    case 'done':
      return (
        <p>
          Your data is being erased, and cannot be brought back. A mail with the receipt tells when
          all of it is gone{erasure.deadline !== null && <Deadline at={erasure.deadline} />}.
        </p>
      );
    case 'cancelled':
    case undefined:
      return <Ask />;
  }
}

function Deadline({ at }: { at: string }) {
  return (
    <>
      , by <Time at={at} style="dayOfYear" /> at the latest
    </>
  );
}

function Ask() {
  const queries = useQueryClient();
  const { person } = useSession();
  const [isOpen, setOpen] = useState(false);
  const request = useAct({
    name: 'erasure.request',
    run: () => api.call(privacyRoutes.requestErasure, { body: {} }),
    onDone: ({ erasure }) => queries.setQueryData(erasureQuery.queryKey, { erasure }),
    done: 'A code is on its way to you',
    changes: CHANGES,
  });
  return (
    <div className="flex max-w-2xl flex-col gap-4">
      <p>What will happen:</p>
      <ol className="list-decimal space-y-1.5 pl-5">
        <li>A code is mailed to {person.email}. Until you enter it here, nothing happens.</li>
        <li>
          With the code all your keys are destroyed and your sessions end, at once and for good.
        </li>
        <li>
          For 72 hours you may sign in and cancel. Your data is as it was; the keys stay gone.
        </li>
        <li>
          Then everything about you is erased: what your requests said, your profile, consents,
          keys. A receipt is mailed to you.
        </li>
        <li>
          What the law makes us keep stays for 7 years under a number that is nobody’s: payments,
          invoices and charges.
        </li>
      </ol>
      <p>
        What is left of your balance is paid back on request before, not after. Teams that you own
        need another owner first.
      </p>
      <div>
        <Button look="warning" onClick={() => setOpen(true)}>
          Delete my account
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title="Delete your account"
        confirm="Mail me the code"
        isDanger
        isBusy={request.isPending}
        onConfirm={() => request.mutate(undefined, { onSettled: () => setOpen(false) })}
      >
        This begins with a code by mail. Nothing is deleted before you enter it.
      </ConfirmDialog>
    </div>
  );
}

function EnterCode({ erasure }: { erasure: Erasure }) {
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const confirm = useAct({
    name: 'erasure.confirm',
    run: (typed: string) => api.call(privacyRoutes.confirmErasure, { body: { code: typed } }),
    onDone: (state) => queries.setQueryData(erasureQuery.queryKey, state),
    changes: CHANGES,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (code.trim() !== '') confirm.mutate(code.trim());
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
      <p>
        Asked for <Time at={erasure.requested_at} />. The code is in the mail to you, and good for
        an hour. Without it nothing happens.
      </p>
      <Field label="Code">
        <Input
          value={code}
          autoComplete="one-time-code"
          spellCheck={false}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look="danger"
          disabled={code.trim() === ''}
          isBusy={confirm.isPending}
        >
          End my keys and begin
        </Button>
        <Cancel />
      </div>
    </form>
  );
}

function Window({ erasure }: { erasure: Erasure }) {
  return (
    <div className="flex flex-col gap-4">
      <p>
        Your keys are gone.
        {erasure.executes_at !== null && (
          <>
            {' '}
            Everything else is erased from <Time
              at={erasure.executes_at}
              style="minuteOfYear"
            />{' '}
            on, unless you cancel before.
          </>
        )}
      </p>
      <div>
        <Cancel />
      </div>
    </div>
  );
}

function Cancel() {
  const queries = useQueryClient();
  const cancel = useAct({
    name: 'erasure.cancel',
    run: () => api.call(privacyRoutes.cancelErasure),
    onDone: (state) => queries.setQueryData(erasureQuery.queryKey, state),
    done: 'Your account stays',
    changes: CHANGES,
  });
  return (
    <Button isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
      Keep my account
    </Button>
  );
}
