// Checks signatures as a controller would, by Node.js's own crypto and the certificate as it was served.
// Reads JSON from standard input: { certificate, host, messages: [{ body, signature }] }; writes what it found.
import { readFileSync } from "node:fs";
import { X509Certificate, verify } from "node:crypto";

const { certificate, host, messages } = JSON.parse(readFileSync(0, "utf8"));
const x509 = new X509Certificate(certificate);
const genuine = (body, signature) =>
  verify("sha256", Buffer.from(body, "utf8"), x509.publicKey, Buffer.from(signature, "base64"));
process.stdout.write(
  JSON.stringify({
    host: x509.checkHost(host) === host,
    messages: messages.map(({ body, signature }) => ({
      genuine: genuine(body, signature),
      altered: genuine(body.replace("_", "-"), signature),
    })),
  }),
);
