using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Streams.States;

/// <summary>A topic that does not run, as it is stored. One that runs has no row.</summary>
internal sealed class StreamStateRow
{
    public required string Topic { get; init; }

    /// <summary><see cref="StreamStanding.Paused"/> or <see cref="StreamStanding.Halted"/>.</summary>
    public required string State { get; init; }

    /// <summary>One of the interceptor's halts; <see langword="null"/> for a pause.</summary>
    public string? Code { get; init; }

    /// <summary>Why, for an operator.</summary>
    public string? Reason { get; init; }

    /// <summary>Who: an account's id, or the interceptor.</summary>
    public required string By { get; init; }

    public required DateTimeOffset Since { get; init; }
}

internal sealed class StreamStateRowConfiguration : IEntityTypeConfiguration<StreamStateRow>
{
    public void Configure(EntityTypeBuilder<StreamStateRow> builder)
    {
        builder.ToTable("streams");
        builder.HasKey(row => row.Topic);
    }
}
