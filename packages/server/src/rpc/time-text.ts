/** ISO 8601 in whole seconds, as the RPC style has it: `2030-12-01T12:00:00Z`. */
export function timeText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
