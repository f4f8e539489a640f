// The pages of the operations: every member, status, error and permission, as the table has them.
import { docOf, findEntry } from './doc-comments.mjs';

export const GENERATED = '<!-- Made by `npm run reference` from the table of operations. Changes belong there. -->\n';

const places = {
  bucket: 'bucket',
  key: 'key',
  query: 'query',
  header: 'header',
  headers: 'headers with prefix',
  xml: 'XML',
  stream: 'body',
  callback: 'body, of the callback',
  form: 'form field',
  forms: 'form fields with prefix',
};

const addressDocs = { bucket: 'The name of the bucket.', key: 'The name of the object.' };

const retries = {
  idempotent: 'may be sent again',
  resolve: 'after a lost answer the client looks at what stands before it sends again',
  never: 'only when nothing was sent',
};

export function operationsIndex(groups) {
  const lines = [
    GENERATED,
    '# Operations',
    '',
    'Every operation that both ends of this project know, by what it is about. The client has a method of each name in camelCase; the server answers each. What OSS has beside them is in',
    '[support.md](support.md).',
    '',
    '| operation | request | what it does |',
    '| --- | --- | --- |',
  ];
  for (const { name, operations } of groups) {
    for (const { definition, constant } of operations) {
      lines.push(
        `| [${definition.name}](operations/${name}.md#${definition.name.toLowerCase()}) | \`${requestLine(definition)}\` | ${cell(constant.doc)} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

export function operationsPage({ name, file, operations }, sources, protocol) {
  const parts = [`${GENERATED}\n# ${titleOf(name)}\n`];
  for (const operation of operations) parts.push(operationSection(operation, file, sources, protocol));
  return parts.join('\n');
}

/** `PUT /bucket/key?partNumber&uploadId`, with the headers that mark it. */
export function requestLine({ method, level, marks }) {
  const path = level === 'service' ? '/' : level === 'bucket' ? '/bucket' : '/bucket/key';
  const query = (marks.query ?? []).join('&');
  const headers = (marks.headers ?? []).map((header) => ` + ${header}`).join('');
  return `${method} ${path}${query === '' ? '' : `?${query}`}${headers}`;
}

function titleOf(name) {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}

function operationSection({ key, definition, constant }, file, sources, protocol) {
  const literal = { file, value: constant.value };
  const request = findEntry(sources, file, literal.value, 'request');
  const lines = [
    `## ${definition.name}`,
    '',
    constant.doc ?? '',
    '',
    `\`${requestLine(definition)}\` · \`client.${definition.form === true ? 'presignPost' : key}()\``,
    '',
  ];
  lines.push('### Request', '');
  if (definition.requestRoot !== undefined) {
    const need = definition.requestBody === 'required' ? 'required' : 'may be left out';
    lines.push(`XML body \`${definition.requestRoot}\`, ${need}, at most ${definition.bodyLimitBytes} bytes.`, '');
  }
  lines.push(...memberTable(definition.request, (field) => entryOf(sources, request, field), sources));
  for (const [status, result] of Object.entries(definition.results)) {
    lines.push(`### Answer ${status}`, '');
    if (result.root !== undefined) lines.push(`XML body \`${result.root}\`.`, '');
    const shape = resultEntry(sources, file, literal.value, status);
    lines.push(...memberTable(result.members, (field) => entryOf(sources, shape, field), sources, true));
  }
  lines.push(...errorList(definition, protocol), ...permissionList(definition));
  lines.push(`Retry: ${retries[definition.retry] ?? definition.retry}.`, '');
  return lines.join('\n');
}

function resultEntry(sources, file, value, status) {
  const results = findEntry(sources, file, value, 'results');
  const shape = results && findEntry(sources, results.file, results.value, status);
  return shape && findEntry(sources, shape.file, shape.value, 'members');
}

function entryOf(sources, around, field) {
  return around === undefined ? undefined : findEntry(sources, around.file, around.value, field);
}

function memberTable(members, find, sources, isResult = false) {
  const rows = Object.entries(members).flatMap(([field, member]) => memberRows(field, member, find(field), sources));
  if (rows.length === 0) return [isResult ? 'Nothing beside the status.' : 'Nothing beside the address.', ''];
  return ['| member | where | form | needed | what it is |', '| --- | --- | --- | --- | --- |', ...rows, ''];
}

function memberRows(field, member, entry, sources) {
  if (member.place === 'xml') return fieldRows(field, member.xml, entry, sources, member.refused);
  const where = `${places[member.place] ?? member.place}${['bucket', 'key', 'stream', 'callback'].includes(member.place) ? '' : ` \`${member.name}\``}`;
  const name = member.group === true ? '(several)' : `\`${field}\``;
  const form = member.codec?.form ?? (member.place === 'stream' ? 'bytes' : 'text');
  return [row(name, where, form, member.need, docOf(sources, entry) ?? addressDocs[member.place], member.refused)];
}

/** An element, and those in it. */
function fieldRows(path, field, entry, sources, refused, depth = 0) {
  const where = `${'· '.repeat(depth)}\`${[field.within, field.name].filter((part) => part !== undefined && part !== '').join('/') || 'the root'}\``;
  const form = field.shape.kind === 'text' ? field.shape.codec.form : 'elements';
  const name = `\`${path}${field.many === true ? '[]' : ''}\``;
  const need = field.many === true ? 'any number' : field.need;
  const rows = [row(name, `XML ${where}`, form, need, docOf(sources, entry), refused)];
  if (field.shape.kind === 'text') return rows;
  for (const [inner, child] of Object.entries(field.shape.fields)) {
    rows.push(
      ...fieldRows(
        `${path}${field.many === true ? '[]' : ''}.${inner}`,
        child,
        entryOf(sources, entry, inner),
        sources,
        undefined,
        depth + 1,
      ),
    );
  }
  return rows;
}

function row(name, where, form, need, doc, refused) {
  const refusal =
    refused === undefined ? '' : refused === true ? ' **Not built: NotImplemented.**' : ' **Some values are not built: NotImplemented.**';
  return `| ${name} | ${cell(where)} | ${cell(form)} | ${need} | ${cell(doc)}${refusal} |`;
}

export function cell(text) {
  return (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function errorList({ errors }, protocol) {
  if (errors.length === 0) return [];
  const named = errors.map((code) => `${protocol.errorRow(code)?.status ?? ''} \`${code}\``);
  return ['### Errors', '', `In order of precedence: ${named.join(', ')}.`, ''];
}

/** Asked with what every request has, and then with each optional member: what is needed more is told beside it. */
function permissionList({ permissions, request }) {
  const base = { bucket: 'bucket', key: 'key', sourceBucket: 'source-bucket', sourceKey: 'source-key', objects: [{ key: 'key' }] };
  const usual = actionsOf(permissions, base);
  if (usual.length === 0) return ['Permission: none.', ''];
  const more = Object.keys(request).flatMap((field) => {
    if (field in base) return [];
    const added = actionsOf(permissions, { ...base, [field]: sampleOf(request[field]) }).filter((action) => !usual.includes(action));
    return added.map((action) => `\`${action}\` with \`${field}\``);
  });
  const shown = usual.map((action) => `\`${action.replace(whereTagged, '')}\`${action.endsWith(whereTagged) ? whereTagged : ''}`);
  return [`Permission: ${[...shown, ...more].join(', ')}.`, ''];
}

const whereTagged = ' where the source has tags';

function actionsOf(permissions, request) {
  try {
    return permissions(request).map(({ action, onlyWithTags }) => (onlyWithTags === true ? `${action}${whereTagged}` : action));
  } catch {
    return [];
  }
}

/** A value that is there: what it says does not matter to what is needed. */
function sampleOf(member) {
  return member.codec?.form.includes('true') ? true : member.codec?.form.includes('REPLACE') ? 'REPLACE' : 'x';
}
