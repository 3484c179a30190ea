// Prints the fields of BigQuery's REST resources as Google's client publishes them (types.d.ts, generated from the API's discovery
// document): {"ITable": {"etag": "string", ...}, "tables.IListParams": {...}}. The stand-in holds requests, and its own answers, to them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const file = path.join(path.dirname(require.resolve('@google-cloud/bigquery')), 'types.d.ts');
const source = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*/g, '');

// The text of one field's type ends with the semicolon that is not within brackets.
function fields(body) {
  const found = {};
  let depth = 0;
  let start = 0;
  const text = `${body};`;
  for (let at = 0; at < text.length; at++) {
    if ('{[<('.includes(text[at])) {
      depth++;
    } else if ('}])>'.includes(text[at])) {
      depth--;
    } else if (text[at] === ';' && depth === 0) {
      const declaration = text.slice(start, at).trim();
      start = at + 1;
      const match = /^'?([\w.$]+)'?\??:\s*([\s\S]+)$/.exec(declaration);
      if (match) {
        found[match[1]] = match[2].replaceAll(/\s+/g, ' ');
      }
    }
  }

  return found;
}

function closing(text, open) {
  for (let depth = 0, at = open; ; at++) {
    if (text[at] === '{') {
      depth++;
    } else if (text[at] === '}' && --depth === 0) {
      return at;
    }
  }
}

function types(text, prefix, into) {
  const declaration = /(?:type|interface)\s+(I\w+)\s*=?\s*(\{)|(?:type)\s+(I\w+)\s*=\s*([^;{]+);|namespace\s+(\w+)\s*(\{)/g;
  for (let match; (match = declaration.exec(text)); ) {
    if (match[3]) {
      into[prefix + match[3]] = match[4].trim();
      continue;
    }

    const open = declaration.lastIndex - 1;
    const end = closing(text, open);
    const body = text.slice(open + 1, end);
    if (match[5]) {
      types(body, match[5] === 'bigquery' ? '' : `${match[5]}.`, into);
    } else {
      into[prefix + match[1]] = fields(body);
    }

    declaration.lastIndex = end;
  }

  return into;
}

process.stdout.write(JSON.stringify(types(source, '', {})));
