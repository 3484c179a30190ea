using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.OpenDsr.Requests;

/// <summary>A request as a controller sent it, tied to ours. The identities that it named are in neither.</summary>
internal sealed class OpenDsrRequest
{
    /// <summary>The controller that sent it.</summary>
    public required string Controller { get; init; }

    /// <summary>The controller's own id of it.</summary>
    public Guid SubjectRequestId { get; init; }

    /// <summary>Our request.</summary>
    public Guid RequestId { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Where the controller wants to be told of each new status.</summary>
    public IReadOnlyList<string> Callbacks { get; init; } = [];

    /// <summary>The status that the controller was told of last.</summary>
    public string Told { get; set; } = "pending";

    /// <summary>Whether no other status can follow.</summary>
    public bool IsOver { get; set; }
}

internal sealed class OpenDsrRequestConfiguration : IEntityTypeConfiguration<OpenDsrRequest>
{
    public void Configure(EntityTypeBuilder<OpenDsrRequest> builder)
    {
        builder.ToTable("opendsr_requests");
        builder.HasKey(one => new { one.Controller, one.SubjectRequestId });
        builder.Property(one => one.Callbacks).IsJson();
        builder.HasIndex(one => one.RequestId);
        builder.HasIndex(one => one.IsOver);
    }
}
