import type { CorsRule } from '@ossature/protocol';
import { jsonConfiguration } from './configuration.ts';

export interface CorsConfiguration {
  /** In the order in which they are tried. */
  readonly rules: readonly CorsRule[];
  /** As it was put; undefined where it was not said. */
  readonly responseVary?: boolean | undefined;
}

export const cors = jsonConfiguration<CorsConfiguration>('cors');
