// Verifies a receipt as a stranger would: by a JOSE library that nobody here wrote.
// Reads JSON from standard input: { jws, jwks }; writes { header, payload }, or { refused } with the library's code.
import { readFileSync } from "node:fs";
import { compactVerify, createLocalJWKSet } from "jose";

const { jws, jwks } = JSON.parse(readFileSync(0, "utf8"));
try {
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(jwks), { algorithms: ["ES256"] });
  const text = new TextDecoder().decode(payload);
  process.stdout.write(JSON.stringify({ header: protectedHeader, payload: JSON.parse(text) }));
} catch (error) {
  process.stdout.write(JSON.stringify({ refused: error.code ?? String(error) }));
}
