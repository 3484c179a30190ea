using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Masking.Vault;
using MediatR;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Bulk;

/// <summary>
/// Submits the requests of a file, one by one, each in a transaction of its own with the note that it was: a file that is sent again,
/// because somebody or something stopped in the midst of it, goes on where it stopped.
/// </summary>
internal sealed class BulkSubmission(
    IMediator mediator,
    Identifiers identifiers,
    TimeProvider time,
    IOptions<BulkOptions> options
)
{
    /// <summary>Submits what the file holds; the header was read.</summary>
    /// <returns>A line of report for each line, in order.</returns>
    public async IAsyncEnumerable<BulkReportLine> RunAsync(
        BulkFile file,
        string submission,
        string actor,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in Groups(file.Lines().Take(options.Value.MaxLines + 1)))
        {
            foreach (var line in await SubmitAsync(group, submission, actor, seen, cancellationToken))
            {
                yield return line;
            }
        }
    }

    /// <summary>What a submission is known by: whoever sends it, and the key that they give it, or all that is in it.</summary>
    public string KeyOf(string actor, string? idempotencyKey, byte[] content) =>
        // A keyed hash: of a file with one line, a plain one could be tried out.
        Blind(
            $"{actor}\n"
                + (idempotencyKey is null ? Convert.ToHexString(SHA256.HashData(content)) : $"key {idempotencyKey}")
        );

    private static IEnumerable<List<BulkLine>> Groups(IEnumerable<BulkLine> lines)
    {
        List<BulkLine> group = [];
        foreach (var line in lines)
        {
            if (group.Count > 0 && (line.Reference is null || line.Reference != group[0].Reference))
            {
                yield return group;
                group = [];
            }

            group.Add(line);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    private async Task<IReadOnlyList<BulkReportLine>> SubmitAsync(
        List<BulkLine> group,
        string submission,
        string actor,
        HashSet<string> seen,
        CancellationToken cancellationToken
    )
    {
        var faults = new Fault?[group.Count];
        for (var index = 0; index < group.Count; index++)
        {
            faults[index] =
                group[index].Fault
                ?? (
                    group[index].Number > options.Value.MaxLines + 1
                        ? new Fault(
                            "file",
                            "too_many_lines",
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"A file has at most {options.Value.MaxLines} lines; this one and all behind it were not submitted."
                            )
                        )
                    : !group[index].Agrees(group[0])
                        ? new Fault(
                            "line",
                            "lines_disagree",
                            "Lines of one reference are claims of one request: type, subject, receivedAt and channel are the same in all of them."
                        )
                    : null
                );
        }

        var received = group[0].ReceivedAt is { } text
            ? DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : (DateTimeOffset?)null
            : null;
        if (group[0].ReceivedAt is not null && received is null)
        {
            faults[0] ??= new Fault("receivedAt", "malformed", "Write an instant as 2026-03-10T09:00:00Z.");
        }

        if (group[0].Reference is { } reference && !seen.Add(reference))
        {
            faults[0] ??= new Fault(
                "reference",
                "lines_apart",
                "Lines of one reference stand one after the other; this reference stood before, with others between."
            );
        }

        return faults.Any(fault => fault is not null)
            ? Refused(group, faults)
            : await SendAsync(group, received, submission, actor, cancellationToken);
    }

    private async Task<IReadOnlyList<BulkReportLine>> SendAsync(
        List<BulkLine> group,
        DateTimeOffset? received,
        string submission,
        string actor,
        CancellationToken cancellationToken
    )
    {
        var first = group[0];
        var companion = new Companion(
            submission,
            Blind(first.Reference ?? string.Create(CultureInfo.InvariantCulture, $"line {first.Number}")),
            time.GetUtcNow()
        );
        var body = new SubmitBody
        {
            Type = first.Type,
            Subject = first.Subject,
            Claims = [.. group.Select(line => new ClaimBody { Domain = line.Domain, Value = line.Value })],
            ReceivedAt = received,
            Channel = first.Channel,
        };
        var answer = await mediator.Send(new SubmitCommand(body, actor) { Companion = companion }, cancellationToken);
        if (answer.IsOk)
        {
            var state = companion.IsRepeated ? "repeated" : answer.Value.State;
            return [.. group.Select(line => new BulkReportLine(line.Number, answer.Value.Id, state))];
        }

        var faults = new Fault?[group.Count];
        foreach (var fault in answer.Failure.Faults)
        {
            var (index, column) = Place(fault.Path);
            faults[Math.Min(index, group.Count - 1)] ??= fault with { Path = column };
        }

        if (faults.All(fault => fault is null))
        {
            faults[0] = new Fault("line", answer.Failure.Code, answer.Failure.Detail);
        }

        return Refused(group, faults);
    }

    private static IReadOnlyList<BulkReportLine> Refused(List<BulkLine> group, Fault?[] faults) =>
        [
            .. group.Select(
                (line, index) =>
                    faults[index] is { } fault
                        ? new BulkReportLine(line.Number, null, "refused", fault.Code, fault.Path, fault.Message)
                        : new BulkReportLine(
                            line.Number,
                            null,
                            "refused",
                            "another_line",
                            "line",
                            "Another line of the same reference has a fault, so the request was not submitted."
                        )
            ),
        ];

    // claims[2].value is the value of the third line.
    private static (int Index, string Column) Place(string path)
    {
        const string claims = "claims[";
        return
            path.StartsWith(claims, StringComparison.Ordinal)
            && path.IndexOf(']', StringComparison.Ordinal) is var end and > 0
            && int.TryParse(path[claims.Length..end], CultureInfo.InvariantCulture, out var index)
            ? (index, path[(end + 1)..].TrimStart('.') is { Length: > 0 } column ? column : "line")
            : (0, path);
    }

    private string Blind(string text)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return identifiers.TryGetKey("bulk_submission", Encoding.UTF8.GetBytes(hash), out var key)
            ? key.Index.ToString()
            : throw new InvalidOperationException("A hash can be hashed.");
    }

    private sealed class Companion(string submission, string reference, DateTimeOffset now) : ISubmitCompanion
    {
        public bool IsRepeated { get; private set; }

        public async Task<Guid?> FindEarlierAsync(StateDbContext db, CancellationToken cancellationToken)
        {
            var earlier = await db.FindAsync<BulkRequest>([submission, reference], cancellationToken);
            IsRepeated = earlier is not null;
            return earlier?.RequestId;
        }

        public Task KeepAsync(StateDbContext db, Guid requestId, CancellationToken cancellationToken)
        {
            db.Add(
                new BulkRequest
                {
                    Submission = submission,
                    Reference = reference,
                    RequestId = requestId,
                    At = now,
                }
            );
            return Task.CompletedTask;
        }
    }
}

/// <summary>What became of a line. No value of it, nor of the file, is in here.</summary>
/// <param name="Line">Its number in the file; the header is 1.</param>
/// <param name="Request">The request that its claim is in.</param>
/// <param name="State"><c>received</c>, <c>duplicate_of</c>, <c>repeated</c> (an earlier submission of the same file made it) or <c>refused</c>.</param>
/// <param name="Code">Why it was refused: a stable code.</param>
/// <param name="Where">The column.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
internal sealed record BulkReportLine(
    int Line,
    Guid? Request,
    string State,
    string? Code = null,
    string? Where = null,
    string? Message = null
);
