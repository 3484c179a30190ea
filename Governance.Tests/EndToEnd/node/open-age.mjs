// Opens age files as a stranger would: by age's own library for TypeScript.
// Reads JSON from standard input: { files: [{ file | base64, passphrase? , identity? }] }; with { generate: true } it makes a key pair instead.
// Writes { opened: [base64 or null], faults: [text] }, or { identity, recipient }.
import { readFileSync } from "node:fs";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";

const input = JSON.parse(readFileSync(0, "utf8"));
if (input.generate) {
  const identity = await generateIdentity();
  process.stdout.write(JSON.stringify({ identity, recipient: await identityToRecipient(identity) }));
} else {
  const opened = [];
  const faults = [];
  for (const { file, base64, passphrase, identity } of input.files) {
    try {
      const decrypter = new Decrypter();
      if (passphrase) decrypter.addPassphrase(passphrase);
      if (identity) decrypter.addIdentity(identity);
      const bytes = file ? readFileSync(file) : Buffer.from(base64, "base64");
      opened.push(Buffer.from(await decrypter.decrypt(bytes)).toString("base64"));
      faults.push("");
    } catch (error) {
      opened.push(null);
      faults.push(String(error));
    }
  }
  process.stdout.write(JSON.stringify({ opened, faults }));
}
