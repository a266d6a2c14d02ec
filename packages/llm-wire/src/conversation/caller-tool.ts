/** Tools of the Responses API that the caller runs, and that have items of their own. */
export type ClientTool = 'local_shell' | 'shell' | 'apply_patch' | 'tool_search';

/** A tool as its caller knows it, where that is more than the name under which it is sent. */
export interface CallerTool {
  name: string;
  /** Responses: the namespace that it is a member of. */
  namespace?: string;
  /** Responses: it is called by an item of its own rather than as a function. */
  clientTool?: ClientTool;
}
