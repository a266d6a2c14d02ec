import type { Team } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Select } from '../../ui/select.js';
import { nameOf } from './members-card.js';
import { membersQuery } from './queries.js';
import type { TeamActs } from './use-team-acts.js';

type Question = 'leave' | 'delete' | 'transfer';

interface EndingCardProps {
  readonly team: Team;
  readonly acts: TeamActs;
}

/** How a team is left, handed over or ended. */
export function EndingCard({ team, acts }: EndingCardProps) {
  const [question, setQuestion] = useState<Question>();
  const close = () => setQuestion(undefined);
  const params = { team_id: team.team_id };
  if (team.role !== 'owner') {
    return (
      <Card title="Leave the team">
        <p className="mb-3 text-muted">
          Your keys of the team stop at once. What your requests say stays yours until it is
          deleted.
        </p>
        <Button look="warning" onClick={() => setQuestion('leave')}>
          Leave…
        </Button>
        <ConfirmDialog
          isOpen={question === 'leave'}
          onClose={close}
          title={`Leave ${team.name}`}
          confirm="Leave team"
          isDanger
          isBusy={acts.leave.isPending}
          onConfirm={() => acts.leave.mutate({ params, body: {} }, { onSettled: close })}
        >
          Your keys of the team stop at once and for ever. To come back you have to be invited.
        </ConfirmDialog>
      </Card>
    );
  }
  return (
    <Card title="Hand over or delete">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setQuestion('transfer')}>Hand over…</Button>
        <Button look="warning" onClick={() => setQuestion('delete')}>
          Delete team…
        </Button>
      </div>
      <TransferDialog
        team={team}
        isOpen={question === 'transfer'}
        onClose={close}
        transfer={acts.transfer}
      />
      <ConfirmDialog
        isOpen={question === 'delete'}
        onClose={close}
        title={`Delete ${team.name}`}
        confirm="Delete team"
        typed={team.name}
        isDanger
        isBusy={acts.remove.isPending}
        onConfirm={() => acts.remove.mutate({ params }, { onSettled: close })}
      >
        Every key of the team stops at once and for ever, and all members are out. What was paid in
        and is not spent goes back on request: write to support.
      </ConfirmDialog>
    </Card>
  );
}

interface TransferDialogProps {
  readonly team: Team;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly transfer: TeamActs['transfer'];
}

function TransferDialog({ team, isOpen, onClose, transfer }: TransferDialogProps) {
  const query = useInfiniteQuery(membersQuery(team.team_id));
  const [chosen, setChosen] = useState<string>();
  const members = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const others = members.filter(({ role }) => role !== 'owner');
  const user_id = chosen ?? others[0]?.user_id;
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Hand over ${team.name}`}
      confirm="Hand over"
      isDanger
      isBusy={transfer.isPending}
      onConfirm={() => {
        if (user_id === undefined) return onClose();
        const params = { team_id: team.team_id };
        transfer.mutate({ params, body: { user_id } }, { onSettled: onClose });
      }}
    >
      {user_id === undefined ? (
        <p>There is nobody to hand it to: invite somebody first.</p>
      ) : (
        <>
          <p className="mb-3">
            The new owner alone can delete the team and name admins. You stay as an admin.
          </p>
          <Select
            label="New owner"
            value={user_id}
            options={others.map((member) => ({ value: member.user_id, label: nameOf(member) }))}
            onChange={setChosen}
            className="w-full"
          />
        </>
      )}
    </ConfirmDialog>
  );
}
