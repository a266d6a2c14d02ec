import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { itemClasses, popupClasses } from './popup.js';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'end';
  /** MenuItem and MenuSeparator. */
  readonly children: ReactNode;
}

export function Menu({ trigger, align = 'end', children }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className={popupClasses('min-w-44')}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly onSelect?: () => void;
  /** An element that leads elsewhere, such as a Link. */
  readonly link?: ReactElement;
  readonly isDanger?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function MenuItem(props: MenuItemProps) {
  const { icon, onSelect, link, isDanger = false, disabled, children } = props;
  return (
    <Base.Item
      render={link}
      disabled={disabled}
      onClick={onSelect}
      className={itemClasses(isDanger ? 'text-danger-text' : undefined)}
    >
      {icon !== undefined && (
        <span aria-hidden className="w-4 text-muted">
          {icon}
        </span>
      )}
      {children}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-line" />;
}
