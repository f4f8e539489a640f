import { percentEncode } from '@ossature/protocol';
import type { CallbackBodyType } from './requested-callback.ts';

/** Values of variables by name; numbers stand bare in JSON. */
export type CallbackValues = Readonly<Record<string, string | number | undefined>>;

/**
 * The body of a callback: `${name}` becomes the variable's value, encoded as the body's type has it; a variable that is unknown or has no value becomes an empty one. What a
 * value holds is never looked at again.
 */
export function fillTemplate(template: string, values: CallbackValues, bodyType: CallbackBodyType): string {
  return template.replace(/\$\{([^{}]*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? (values[name] ?? '') : '';
    if (bodyType === 'application/json') return JSON.stringify(value);
    return percentEncode(String(value));
  });
}
