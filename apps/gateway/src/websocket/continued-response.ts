import { JsonScanError, scanBody, spliceTopLevel } from '@modelbridge/llm-wire';

const ofEvent = new Set(['response']);
const ofResponse = new Set(['previous_response_id']);

/**
 * The event, whose response says what it continues: the upstream was given the whole conversation and does not
 * know. As it came where it holds no response.
 */
export function withPreviousId(json: string, previousId: string): string {
  const event = Buffer.from(json);
  try {
    const scan = scanBody(event, ofEvent);
    const response = scan.members.get('response');
    if (response?.kind !== 'object') return json;
    const bytes = event.subarray(response.valueStart, response.valueEnd);
    const edits = { previous_response_id: JSON.stringify(previousId) };
    const edited = spliceTopLevel(bytes, scanBody(bytes, ofResponse), edits);
    return spliceTopLevel(event, scan, { response: edited.toString() }).toString();
  } catch (error) {
    if (error instanceof JsonScanError) return json;
    throw error;
  }
}
