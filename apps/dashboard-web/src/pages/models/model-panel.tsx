import type { Model } from '@modelbridge/dashboard-api';
import { Link } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { useSession } from '../../api/session.js';
import { exactCount } from '../../format/numbers.js';
import { SnippetTabs } from '../../snippets/snippet-tabs.js';
import { Badge } from '../../ui/badge.js';
import { buttonClasses } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { SidePanel } from '../../ui/dialog.js';
import { EndpointsTable } from './endpoints-table.js';
import { PricesTable } from './prices-table.js';

interface ModelPanelProps {
  readonly model: Model | undefined;
  readonly onClose: () => void;
}

/** Everything that the catalog says of a model. */
export function ModelPanel({ model, onClose }: ModelPanelProps) {
  return (
    <SidePanel isOpen={model !== undefined} onClose={onClose} title={model?.name ?? ''}>
      {model !== undefined && <Facts model={model} />}
    </SidePanel>
  );
}

const API_NAMES = {
  chat_completions: 'Chat Completions',
  responses: 'Responses',
  messages: 'Messages',
} as const;

function Facts({ model }: { model: Model }) {
  const { api_origin } = useSession();
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-sm">{model.model_id}</code>
        <CopyButton text={model.model_id} label="Copy the model’s id" />
        <span className="flex-1" />
        <Link
          to="/playground"
          search={(before) => ({ account: before.account, models: [model.model_id] })}
          className={buttonClasses('primary')}
        >
          <MessagesSquare aria-hidden className="size-4" />
          Try it
        </Link>
      </div>
      <Content content={model.content} />
      <Terms model={model} />
      <PricesTable price={model.price} />
      <EndpointsTable endpoints={model.endpoints} />
      <SnippetTabs origin={api_origin} model={model.model_id} />
    </div>
  );
}

function Content({ content }: Pick<Model, 'content'>) {
  return content === 'never' ? (
    <p>
      <Badge tone="good">Never stored</Badge> What is said to it and by it is kept nowhere.
    </p>
  ) : (
    <p>
      <Badge>At most 30 days</Badge> What is said to it and by it is kept sealed, for whoever made
      the key, and deleted after 30 days. A request with <code>store: false</code> is never stored.
    </p>
  );
}

function Terms({ model }: { model: Model }) {
  const rows: [string, string][] = [
    ['By', model.owned_by],
    ['Context', `${exactCount(model.context_window_tokens)} tokens`],
    ['Longest input', `${exactCount(model.max_input_tokens)} tokens`],
    ['Longest output', `${exactCount(model.max_output_tokens)} tokens`],
    ['Takes', model.input_modalities.join(', ')],
    ['Answers with', model.output_modalities.join(', ')],
    ['Sampling', model.takes_sampling ? 'temperature and top_p' : 'refused'],
    ['Reasoning effort', model.efforts.join(', ') || 'not known'],
    ['Native APIs', model.apis.map((name) => API_NAMES[name]).join(', ')],
    ...(model.aliases.length > 0 ? ([['Also called', model.aliases.join(', ')]] as const) : []),
  ].map(([label = '', value = '']) => [label, value]);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
