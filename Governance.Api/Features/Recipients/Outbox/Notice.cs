using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Features.Recipients.Outbox;

/// <summary>A notice on its way, and afterwards the record that it was sent.</summary>
internal sealed class Notice
{
    public Guid Id { get; init; }

    public Guid RequestId { get; init; }

    /// <summary>What happened; a request tells it once to each recipient and address.</summary>
    public required string Act { get; init; }

    public required string Recipient { get; init; }

    public required string Kind { get; init; }

    /// <summary>Where, if the settings do not say.</summary>
    public string Target { get; init; } = "";

    /// <summary>What is sent. Gone once it was received: it names the person by surrogates.</summary>
    public string? Body { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public NoticeState State { get; set; }

    /// <summary>When it came to its state.</summary>
    public DateTimeOffset StateAt { get; set; }

    /// <summary>From when its time to be received counts: when it was made, or somebody wanted it tried anew.</summary>
    public DateTimeOffset TriedSince { get; set; }

    public int Attempts { get; set; }

    /// <summary>When it is tried, or given up, next; <see langword="null"/> where nothing is open.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Why it failed: a stable code.</summary>
    public string? Code { get; set; }

    public void Move(NoticeState state, DateTimeOffset at, DateTimeOffset? next = null, string? code = null)
    {
        (State, StateAt, NextAt, Code) = (state, at, next, code);
        if (state is NoticeState.Delivered or NoticeState.Acknowledged)
        {
            Body = null;
        }
    }
}

/// <summary>How a notice stands.</summary>
internal enum NoticeState
{
    /// <summary>Not received yet.</summary>
    Pending,

    /// <summary>Received.</summary>
    Delivered,

    /// <summary>The recipient has said that it did its part.</summary>
    Acknowledged,

    /// <summary>Given up.</summary>
    Failed,
}

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.ToTable("recipient_notices");
        builder.HasKey(notice => notice.Id);
        builder.Property(notice => notice.Id).ValueGeneratedNever();
        builder.Property(notice => notice.State).HasConversion<string>();
        builder
            .HasIndex(notice => new
            {
                notice.RequestId,
                notice.Act,
                notice.Recipient,
                notice.Target,
            })
            .IsUnique();
        builder.HasIndex(notice => notice.NextAt);
    }
}
