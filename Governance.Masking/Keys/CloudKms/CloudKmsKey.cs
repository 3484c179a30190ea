using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace Governance.Masking.Keys.CloudKms;

/// <summary>
/// A symmetric key of Google Cloud KMS. What it encrypts is the bare ciphertext of KMS, as Tink's <c>gcp-kms://</c> AEAD makes it. Every
/// checksum of a call is sent and checked, so that neither a request nor an answer that was altered on its way is taken for a good one
/// (https://cloud.google.com/kms/docs/data-integrity-guidelines).
/// </summary>
public sealed class CloudKmsKey : IKeyEncryptionKey, IDisposable
{
    /// <summary>The most that KMS encrypts at once, and the most of associated data, in bytes.</summary>
    public const int MaximumSize = 64 * 1024;

    private readonly string _name;
    private readonly CloudKmsService _service;
    private readonly CloudKmsCalls _calls;

    private CloudKmsKey(string name, CloudKmsService service, CloudKmsCalls calls)
    {
        (_name, _service, _calls) = (name, service, calls);
        Uri = new Uri($"gcp-kms://{name}");
    }

    /// <inheritdoc />
    public Uri Uri { get; }

    /// <summary>Makes one. KMS is not asked yet.</summary>
    /// <param name="options">At least the key's name.</param>
    /// <param name="time">Measures time-outs and pauses.</param>
    /// <param name="cancellationToken">Stops looking for credentials.</param>
    /// <exception cref="StartupException">Options are wrong, or there are no credentials; says all that is wrong.</exception>
    public static async Task<CloudKmsKey> OpenAsync(
        CloudKmsOptions options,
        TimeProvider time,
        CancellationToken cancellationToken = default
    )
    {
        var faults = new List<ValidationResult>();
        var context = new ValidationContext(options);
        _ = Validator.TryValidateObject(options, context, faults, validateAllProperties: true);
        faults.AddRange(options.Validate(context));
        if (!options.IsUsed)
        {
            faults.Add(new ValidationResult("Name the key.", [nameof(options.Key)]));
        }

        if (faults.Count > 0)
        {
            var words = faults
                .Select(fault => $"{string.Join(", ", fault.MemberNames)}: {fault.ErrorMessage}")
                .Distinct(StringComparer.Ordinal);
            throw new StartupException($"Cloud KMS cannot be used. {string.Join(" ", words)}");
        }

        var access = options.Access;
        var initializer = access.Initializer(await access.LoadAsync(cancellationToken));
        initializer.GZipEnabled = false;
        return new CloudKmsKey(
            options.Key!,
            new CloudKmsService(initializer),
            new CloudKmsCalls(options.Key!, options.RequestTimeout, options.RetryBudget, time)
        );
    }

    /// <inheritdoc />
    /// <exception cref="KeyMaterialException">The key may not be used, or what is to be encrypted is larger than <see cref="MaximumSize"/>.</exception>
    /// <exception cref="KeysUnavailableException">KMS is away.</exception>
    public async ValueTask<byte[]> EncryptAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    ) => (await EncryptVersionedAsync(plain, associatedData, cancellationToken)).Ciphertext.ToArray();

    /// <inheritdoc />
    /// <exception cref="KeyMaterialException">The key may not be used, or what is to be encrypted is larger than <see cref="MaximumSize"/>.</exception>
    /// <exception cref="KeysUnavailableException">KMS is away.</exception>
    public async ValueTask<VersionedCiphertext> EncryptVersionedAsync(
        ReadOnlyMemory<byte> plain,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        if (plain.Length > MaximumSize || associatedData.Length > MaximumSize)
        {
            throw new KeyMaterialException(
                $"It is larger than Cloud KMS encrypts at once ({MaximumSize} bytes). Retire keys that nothing needs, and destroy them."
            );
        }

        var body = new EncryptBody(
            Convert.ToBase64String(plain.Span),
            Crc32C.Text(plain.Span),
            Convert.ToBase64String(associatedData.Span),
            Crc32C.Text(associatedData.Span)
        );
        return await _calls.RunAsync(
            () => new CloudKmsRequest<EncryptAnswer>(_service, "encrypt", _name, body),
            Read,
            cancellationToken
        );
    }

    /// <inheritdoc />
    public async ValueTask<byte[]> DecryptAsync(
        ReadOnlyMemory<byte> ciphertext,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        var body = new DecryptBody(
            Convert.ToBase64String(ciphertext.Span),
            Crc32C.Text(ciphertext.Span),
            Convert.ToBase64String(associatedData.Span),
            Crc32C.Text(associatedData.Span)
        );
        return await _calls.RunAsync(
            () => new CloudKmsRequest<DecryptAnswer>(_service, "decrypt", _name, body),
            Read,
            cancellationToken
        );
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose() => _service.Dispose();

    private VersionedCiphertext Read(EncryptAnswer answer)
    {
        // False means that KMS did not see the checksum, for it refuses one that is wrong: then it may have seen other bytes, too.
        if (!answer.VerifiedPlaintext || !answer.VerifiedAssociatedData)
        {
            throw new CloudKmsIntegrityException("it did not verify what it encrypted");
        }

        var ciphertext = Bytes(answer.Ciphertext);
        if (ciphertext.Length == 0 || !Crc32C.IsOf(answer.CiphertextCrc32C, ciphertext))
        {
            throw new CloudKmsIntegrityException("the ciphertext does not match its checksum");
        }

        return IsVersion(answer.Name)
            ? new VersionedCiphertext(ciphertext, answer.Name)
            : throw new CloudKmsIntegrityException("another key encrypted");
    }

    private static byte[] Read(DecryptAnswer answer)
    {
        var plain = Bytes(answer.Plaintext);
        if (Crc32C.IsOf(answer.PlaintextCrc32C, plain))
        {
            return plain;
        }

        CryptographicOperations.ZeroMemory(plain);
        throw new CloudKmsIntegrityException("what it decrypted does not match its checksum");
    }

    private bool IsVersion(string? name)
    {
        var prefix = $"{_name}/cryptoKeyVersions/";
        return name is not null
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.Length > prefix.Length
            && name.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static byte[] Bytes(string? base64)
    {
        try
        {
            return Convert.FromBase64String(base64 ?? "");
        }
        catch (FormatException)
        {
            throw new CloudKmsIntegrityException("it answered with what is no base64");
        }
    }
}
