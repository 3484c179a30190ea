// Validates YAML documents under a JSON Schema with a validator and a YAML parser that nobody here wrote.
// Reads JSON from standard input: { schema: path, documents: [text] }; writes [{ valid, errors: [{ path, keyword }] }].
import { readFileSync } from "node:fs";
import Ajv2019 from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv2019.default({ allErrors: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));

const answers = documents.map((document) => {
  try {
    const valid = validate(parse(document));
    const errors = valid ? [] : validate.errors.map(({ instancePath, keyword }) => ({ path: instancePath, keyword }));
    return { valid, errors };
  } catch (error) {
    return { valid: false, errors: [{ path: "", keyword: error.name }] };
  }
});
process.stdout.write(JSON.stringify(answers));
