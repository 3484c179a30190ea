// Google's own Cloud KMS client against the stand-in. Reads {address, token, key}; writes what the client saw.
import { KeyManagementServiceClient } from '@google-cloud/kms';
import { OAuth2Client } from 'google-auth-library';
import { readFileSync } from 'node:fs';

const { address, token, key } = JSON.parse(readFileSync(0, 'utf8'));
const authClient = new OAuth2Client();
authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
const { hostname, port } = new URL(address);
const client = new KeyManagementServiceClient({ authClient, fallback: true, protocol: 'http', apiEndpoint: hostname, port: Number(port) });
const seen = {};

// CRC-32C of "123456789" is 0xE3069283 (RFC 3720).
const plaintext = Buffer.from('123456789');
const crc = { value: String(0xe3069283) };
const additionalAuthenticatedData = Buffer.from('tenant');
const refused = (promise) => promise.then(() => 'was not refused', (error) => ({ code: error.code, status: error.status, message: error.message }));

const [sealed] = await client.encrypt({ name: key, plaintext, plaintextCrc32c: crc, additionalAuthenticatedData });
seen.version = sealed.name;
seen.verified = [sealed.verifiedPlaintextCrc32c, sealed.verifiedAdditionalAuthenticatedDataCrc32c];
const [opened] = await client.decrypt({
  name: key,
  ciphertext: sealed.ciphertext,
  ciphertextCrc32c: sealed.ciphertextCrc32c,
  additionalAuthenticatedData,
});
seen.plaintext = Buffer.from(opened.plaintext).toString();
seen.plaintextCrc32c = String(opened.plaintextCrc32c.value);
seen.wrongData = await refused(client.decrypt({ name: key, ciphertext: sealed.ciphertext, additionalAuthenticatedData: Buffer.from('other') }));
seen.wrongChecksum = await refused(client.encrypt({ name: key, plaintext, plaintextCrc32c: { value: '1' } }));
seen.noKey = await refused(client.encrypt({ name: `${key}x`, plaintext }));
process.stdout.write(JSON.stringify(seen));
