import type { KeySecret } from '@modelbridge/dashboard-api';
import { useState } from 'react';
import { useSession } from '../../api/session.js';
import { SnippetTabs } from '../../snippets/snippet-tabs.js';
import { Button } from '../../ui/button.js';
import { Checkbox } from '../../ui/checkbox.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';

interface SecretDialogProps {
  readonly secret: KeySecret | undefined;
  readonly onClose: () => void;
}

/** Shows a key in clear. It is closed on purpose alone, since it cannot be seen again. */
export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  return (
    <Dialog
      isOpen={secret !== undefined}
      onClose={onClose}
      title={`The key ${secret?.key.name ?? ''}`}
      description="Copy it now: it is stored nowhere and cannot be shown again."
      isWide
      isSticky
    >
      {secret !== undefined && <Secret secret={secret} onClose={onClose} />}
    </Dialog>
  );
}

function Secret({ secret, onClose }: { secret: KeySecret; onClose: () => void }) {
  const { api_origin } = useSession();
  const [isKept, setKept] = useState(false);
  const { api_key, key } = secret;
  const [model] = key.restrictions.allowed_models;
  return (
    <>
      <div className="mb-5 flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{api_key}</code>
        <CopyButton text={api_key} label="Copy key" hasWords />
      </div>
      {key.scope === 'inference' && (
        <SnippetTabs origin={api_origin} model={model} apiKey={api_key} />
      )}
      <DialogActions>
        <div className="mr-auto self-center">
          <Checkbox label="I have kept the key" isChecked={isKept} onChange={setKept} />
        </div>
        <Button look="primary" disabled={!isKept} onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
