// Turns the schemas of the published contract into the types of the SDK: `node tools/wire.mjs` writes
// sdk/src/wire.ts. The schemas come from the types of the server, so what is renamed there fails to compile here.
//
// It knows the forms that the contract uses and refuses others, so that none is taken for `unknown` unseen.

import { readFileSync, writeFileSync } from 'node:fs';

const CONTRACT = ['openapi.json', 'asyncapi.json'];
const OUTPUT = new URL('../sdk/src/wire.ts', import.meta.url);
const HEAD = '// The objects of the wire. Written by tools/wire.mjs from docs/openapi.json and docs/asyncapi.json; not to be edited.\n';

/** What narrows a value without changing its type. */
const BOUNDS = ['description', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'default', 'title', 'examples'];
const SCALARS = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

/** All schemas by name. REST and socket share theirs. */
function schemas() {
  const found = new Map();
  for (const file of CONTRACT) {
    const document = JSON.parse(readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8'));
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const known = found.get(name);
      if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`${name} is not the same in ${CONTRACT.join(' and ')}`);
      found.set(name, schema);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function typeOf(schema, indent) {
  const { $ref, anyOf, enum: values, type, properties, required, items, additionalProperties, ...rest } = schema;
  const unknown = Object.keys(rest).filter((key) => !BOUNDS.includes(key));
  if (unknown.length > 0) throw new Error(`a form that is not known: ${unknown}`);
  if ($ref) return $ref.replace(/^#\/components\/schemas\//, '');
  if (anyOf) return anyOf.map((one) => typeOf(one, indent)).join(' | ');
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ').replaceAll('"', "'");
  const types = [type ?? []].flat();
  if (types.length === 0) return 'unknown';
  return types.map((one) => typeOfOne(one, schema, indent)).join(' | ');
}

function typeOfOne(type, schema, indent) {
  if (SCALARS[type]) return SCALARS[type];
  if (type === 'array') {
    const item = typeOf(schema.items, indent);
    return /[|&]/.test(item) ? `(${item})[]` : `${item}[]`;
  }
  if (type !== 'object') throw new Error(`a type that is not known: ${type}`);
  if (!schema.properties) {
    const values = schema.additionalProperties;
    return `Record<string, ${typeof values === 'object' ? typeOf(values, indent) : values === false ? 'never' : 'unknown'}>`;
  }
  return members(schema, indent);
}

function members({ properties, required = [] }, indent) {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?';
    return `${comment(schema, inner)}${inner}${name}${optional}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function comment({ description }, indent) {
  return description ? `${indent}/** ${description.replaceAll(/\s*\n\s*/g, ' ')} */\n` : '';
}

function declaration([name, schema]) {
  try {
    const type = typeOf(schema, '');
    const isInterface = schema.type === 'object' && schema.properties && !schema.anyOf;
    return `${comment(schema, '')}export ${isInterface ? `interface ${name} ${type}` : `type ${name} = ${type};`}\n`;
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
}

writeFileSync(OUTPUT, [HEAD, ...schemas().map(declaration)].join('\n'));
