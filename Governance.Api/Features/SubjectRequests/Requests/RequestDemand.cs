using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>What a request asks beyond its type. Nothing of the person is in it plain: a secret is sealed, and gone once the request is over.</summary>
internal sealed class RequestDemand
{
    public const string Passphrase = "passphrase";
    public const string PublicKey = "public_key";

    public Guid RequestId { get; init; }

    /// <summary>The purposes that an objection stops.</summary>
    public List<string> Purposes { get; set; } = [];

    /// <summary>The purposes that may not be objected to, each with its ground, as <c>purpose: ground</c>.</summary>
    public List<string> RefusedPurposes { get; set; } = [];

    /// <summary>What an archive is encrypted to: <see cref="Passphrase"/> or <see cref="PublicKey"/>; <see langword="null"/> where nothing was said yet.</summary>
    public string? EncryptTo { get; set; }

    /// <summary>The secret, sealed under the service's key; <see langword="null"/> once it is gone.</summary>
    public byte[]? Sealed { get; set; }

    /// <summary>The places that a rectification corrects, as <c>dataset.column</c>; their right values are sealed.</summary>
    public List<string> Corrected { get; set; } = [];

    /// <summary>Tells the same demand again.</summary>
    public string Digest =>
        string.Join(',', Purposes.Order(StringComparer.Ordinal).Concat(Corrected.Order(StringComparer.Ordinal)));

    /// <summary>Destroys the secret.</summary>
    public void Forget() => Sealed = null;
}

internal sealed class RequestDemandConfiguration : IEntityTypeConfiguration<RequestDemand>
{
    public void Configure(EntityTypeBuilder<RequestDemand> builder)
    {
        builder.ToTable("subject_request_demands");
        builder.HasKey(demand => demand.RequestId);
        builder.Property(demand => demand.RequestId).ValueGeneratedNever();
        builder.Ignore(demand => demand.Digest);
    }
}
