import { Link } from '@tanstack/react-router';
import icon from '../icon.svg';

export function Logo() {
  return (
    <Link to="/" className="flex h-9 items-center gap-2 rounded-md px-1.5 text-lg font-semibold">
      <img src={icon} alt="" className="size-6" />
      ModelBridge
    </Link>
  );
}
