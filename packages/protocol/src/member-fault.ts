/** The documented errors of members: malformed, missing, not built here. */
import { refusalNumber } from './documented.ts';
import { errorRow, ServiceError, type ServiceErrorDetails } from './errors.ts';
import { type Context, type Definition, Malformed, type Member } from './operation.ts';
import { XmlFault } from './xml.ts';
import { ElementMalformed } from './xml-codec.ts';

/** The number of the error for a query that does not fit its operation (EC 0017-00000219). */
const UNFIT_QUERY_EC = '0017-00000219';

/** A sub-resource or parameter that is known and incomplete, or does not fit: 400 InvalidArgument as OSS words it. */
export function unfitQuery(name: string): ServiceError {
  return new ServiceError('InvalidArgument', {
    message: 'Unexpected query string parameter',
    ec: UNFIT_QUERY_EC,
    elements: { ArgumentName: 'ResourceType', ArgumentValue: name },
  });
}

/** A text that the codec of a member refused. */
export function malformedMember(member: Member, name: string, text: string, malformed: Malformed): ServiceError {
  if (malformed.code === 'NotImplemented') return refusedMember(member, text, malformed);
  const [argument, value] = malformed.argument ?? [name, text];
  return new ServiceError(malformed.code, {
    ...detailsOf(malformed),
    elements: takesArgument(malformed.code) ? { ArgumentName: argument, ArgumentValue: value } : {},
  });
}

/** A required member that is not there: of the query as OSS words it; a header is judged as if it were empty. */
export function missingMember(member: Member, context: Context): ServiceError {
  if (member.place === 'query') return unfitQuery(member.name);
  if (member.place === 'form') return missingFormField(member.name);
  try {
    member.codec?.decode('', context);
  } catch (error) {
    if (error instanceof Malformed) return malformedMember(member, member.name, '', error);
    throw error;
  }
  return new ServiceError('InvalidArgument', {
    message: `The header ${member.name} is required.`,
    elements: { ArgumentName: member.name, ArgumentValue: '' },
  });
}

/** A field of a form that is not there, or only after the file. */
export function missingFormField(name: string): ServiceError {
  return new ServiceError('InvalidArgument', {
    message: `The bucket POST must contain the specified '${name}'. If it is specified, please check the order of the fields`,
    elements: { ArgumentName: name, ArgumentValue: '' },
  });
}

/** A member that OSS has and this server does not build: 400 NotImplemented by name, since SDKs would repeat a 501. */
export function refusedMember(member: Member, text: string, malformed?: Malformed): ServiceError {
  const isHeader = member.place === 'header' || member.place === 'headers';
  const ec = refusalNumber(member.name.toLowerCase());
  const kind = isHeader ? 'header' : member.place === 'query' ? 'query parameter' : member.place === 'form' ? 'form field' : 'element';
  // Conditions on writes are refused by OSS itself, in these words.
  const message = ec === undefined ? `A ${kind} you provided implies functionality that is not implemented: ${member.name}.` : undefined;
  return new ServiceError('NotImplemented', {
    message,
    ec,
    ...(malformed === undefined ? {} : detailsOf(malformed)),
    elements: isHeader ? { Header: member.name } : { ArgumentName: member.name, ArgumentValue: text },
  });
}

/** Numbers of MalformedXML, where the suites of the SDKs or the EC pages show one. */
function malformedXmlNumber(definition: Definition): string | undefined {
  if (definition.name === 'CompleteMultipartUpload') return '0042-00000205';
  if (definition.name === 'DeleteMultipleObjects') return '0016-00000608';
  return definition.level === 'bucket' && definition.method === 'PUT' ? '0015-00000231' : undefined;
}

/** A body that is not the document of its operation, or has a text that a codec refused. */
export function malformedBody(definition: Definition, error: XmlFault | ElementMalformed): ServiceError {
  if (error instanceof ElementMalformed && error.malformed.code !== 'MalformedXML') {
    const { malformed, element, text } = error;
    const [argument, value] = malformed.argument ?? [element, text];
    return new ServiceError(malformed.code, {
      ...detailsOf(malformed),
      elements: takesArgument(malformed.code) ? { ArgumentName: argument, ArgumentValue: value } : {},
    });
  }
  if (definition.malformedBodyCode !== undefined) return new ServiceError(definition.malformedBodyCode);
  return new ServiceError('MalformedXML', {
    ec: (error instanceof ElementMalformed ? error.malformed.ec : undefined) ?? malformedXmlNumber(definition),
    elements: { ErrorDetail: error.message },
  });
}

/** A body of a document or a text that is longer than its operation takes. */
export function documentTooLong(definition: Definition): ServiceError {
  return malformedBody(definition, new XmlFault(`The document is longer than ${definition.bodyLimitBytes} bytes.`));
}

/** A document whose elements can all be read, and that is refused as a whole. */
export function refusedDocument(definition: Definition, member: Member, malformed: Malformed): ServiceError {
  const isMalformed = malformed.code === 'MalformedXML' && malformed.ec === undefined;
  return isMalformed ? malformedBody(definition, new XmlFault(malformed.message)) : malformedMember(member, member.name, '', malformed);
}

function detailsOf({ message, ec }: Malformed): ServiceErrorDetails {
  return ec === undefined ? { message } : { message, ec };
}

function takesArgument(code: string): boolean {
  return errorRow(code)?.elements?.includes('ArgumentName') === true;
}
