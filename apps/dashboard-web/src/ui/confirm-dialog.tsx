import { useId, useState, type ReactNode } from 'react';
import { Button } from './button.js';
import { Dialog, DialogActions } from './dialog.js';
import { inputClasses } from './input.js';

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, in plain words. */
  readonly children: ReactNode;
  /** The button's words say what it does: "Revoke key", not "OK". */
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly isBusy?: boolean;
  /** It cannot be undone. */
  readonly isDanger?: boolean;
  /** The person types this first, where a slip would cost much. */
  readonly typed?: string;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog isOpen={props.isOpen} onClose={props.onClose} title={props.title}>
      <Question {...props} />
    </Dialog>
  );
}

function Question(props: ConfirmDialogProps) {
  const { children, typed, confirm, onConfirm, onClose, isBusy, isDanger } = props;
  const [text, setText] = useState('');
  const field = useId();
  const isReady = typed === undefined || text.trim() === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onConfirm();
      }}
    >
      <div className="text-muted">{children}</div>
      {typed !== undefined && (
        <label htmlFor={field} className="mt-4 block text-sm">
          Type <strong className="font-mono break-all">{typed}</strong> to go on
          <input
            id={field}
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
            className={inputClasses('mt-1')}
          />
        </label>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          look={isDanger === true ? 'danger' : 'primary'}
          isBusy={isBusy}
          disabled={!isReady}
        >
          {confirm}
        </Button>
      </DialogActions>
    </form>
  );
}
