using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.SubjectRequests.Bulk;

/// <summary>Limits of bulk submissions.</summary>
internal sealed class BulkOptions
{
    public const string SectionName = "Governance:SubjectRequests:Bulk";

    /// <summary>The largest file, in bytes; default 8 MiB. It is held in memory while it is read: it is full of plain identifiers, and never on disk.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most lines of a file, without its header; default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxLines { get; set; } = 20_000;
}
