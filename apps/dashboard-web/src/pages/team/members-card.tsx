import type { Member, Team } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../../api/session.js';
import { readableMoney } from '../../format/money.js';
import { Badge } from '../../ui/badge.js';
import { Button, IconButton } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { Meter } from '../../ui/meter.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Money, Time } from '../../ui/values.js';
import { MemberLimitDialog } from './member-limit-dialog.js';
import { membersQuery } from './queries.js';
import type { MemberActs } from './use-team-acts.js';

interface Question {
  readonly kind: 'remove' | 'limit';
  readonly member: Member;
}

interface MembersCardProps {
  readonly team: Team;
  readonly acts: MemberActs;
}

export function MembersCard({ team, acts }: MembersCardProps) {
  const query = useInfiniteQuery(membersQuery(team.team_id));
  const [question, setQuestion] = useState<Question>();
  const members = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const close = () => setQuestion(undefined);
  const params = { team_id: team.team_id, user_id: question?.member.user_id ?? '' };
  return (
    <Card title="Members" isFlush>
      {query.isPending ? (
        <SkeletonRows label="Loading members" />
      ) : query.error !== null && members.length === 0 ? (
        <div className="p-4">
          <ErrorNote
            error={query.error}
            what="The members could not be loaded."
            retry={() => void query.refetch()}
          />
        </div>
      ) : (
        <Table label="Members">
          <thead>
            <tr>
              <HeadCell>Who</HeadCell>
              <HeadCell>Role</HeadCell>
              <HeadCell>Since</HeadCell>
              <HeadCell>Spent this month</HeadCell>
              <HeadCell>
                <span className="sr-only">What can be done</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <Row
                key={member.user_id}
                member={member}
                team={team}
                acts={acts}
                onAsk={setQuestion}
              />
            ))}
          </tbody>
        </Table>
      )}
      {query.hasNextPage && (
        <div className="p-3">
          <Button
            size="small"
            isBusy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
      <ConfirmDialog
        isOpen={question?.kind === 'remove'}
        onClose={close}
        title={`Remove ${nameOf(question?.member)}`}
        confirm="Remove member"
        isDanger
        isBusy={acts.remove.isPending}
        onConfirm={() => acts.remove.mutate({ params }, { onSettled: close })}
      >
        Their keys of the team stop at once and for ever. What they have spent stays in the team’s
        sums.
      </ConfirmDialog>
      <MemberLimitDialog
        teamId={team.team_id}
        member={question?.kind === 'limit' ? question.member : undefined}
        onClose={close}
        set={acts.setLimit}
      />
    </Card>
  );
}

interface RowProps extends MembersCardProps {
  readonly member: Member;
  readonly onAsk: (question: Question) => void;
}

function Row({ member, team, acts, onAsk }: RowProps) {
  const { person } = useSession();
  const isSelf = member.user_id === person.user_id;
  const leads = team.role !== 'member';
  return (
    <tr>
      <Cell className="min-w-40">
        <p className="font-medium break-words">
          {nameOf(member)}
          {isSelf && <span className="text-muted"> (you)</span>}
        </p>
        {member.email !== null && <p className="text-sm break-all text-muted">{member.email}</p>}
      </Cell>
      <Cell>
        <Badge tone={member.role === 'member' ? 'neutral' : 'accent'}>{member.role}</Badge>
      </Cell>
      <Cell className="whitespace-nowrap">
        <Time at={member.joined_at} style="dayOfYear" isPlain />
      </Cell>
      <Cell className="min-w-40">
        <Spent member={member} />
      </Cell>
      <Cell className="text-right">
        {leads && (
          <Menu
            trigger={
              <IconButton label={`What can be done with ${nameOf(member)}`}>
                <MoreHorizontal aria-hidden className="size-4" />
              </IconButton>
            }
          >
            <MenuItem onSelect={() => onAsk({ kind: 'limit', member })}>Monthly limit…</MenuItem>
            {team.role === 'owner' && member.role !== 'owner' && (
              <RoleItem member={member} team={team} acts={acts} />
            )}
            {member.role !== 'owner' && !isSelf && (
              <MenuItem isDanger onSelect={() => onAsk({ kind: 'remove', member })}>
                Remove…
              </MenuItem>
            )}
          </Menu>
        )}
      </Cell>
    </tr>
  );
}

function RoleItem({ member, team, acts }: Omit<RowProps, 'onAsk'>) {
  const role = member.role === 'admin' ? ('member' as const) : ('admin' as const);
  const params = { team_id: team.team_id, user_id: member.user_id };
  return (
    <MenuItem onSelect={() => acts.changeRole.mutate({ params, body: { role } })}>
      {role === 'admin' ? 'Make an admin' : 'Make a member'}
    </MenuItem>
  );
}

function Spent({ member }: { member: Member }) {
  const { month_limit_nano_usd: limit } = member;
  const used = BigInt(member.month_used_nano_usd) + BigInt(member.month_held_nano_usd);
  if (limit === null) return <Money nanoUsd={used} isPlain />;
  const text = `${readableMoney(used)} of ${readableMoney(limit)}`;
  return (
    <>
      <p className="tabular mb-1">{text}</p>
      <Meter label={`Month of ${nameOf(member)}`} used={used} of={BigInt(limit)} text={text} />
    </>
  );
}

export function nameOf(member: Member | undefined): string {
  return member?.name ?? member?.email ?? 'a member';
}
